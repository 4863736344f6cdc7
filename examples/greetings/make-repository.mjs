// Makes an IPS file repository (on-disk format 4) from manifests.
//
//   node make-repository.mjs MANIFESTS REPOSITORY
//
// It stands in for `pkgrepo create` and `pkgsend publish`, which only illumos and Solaris have. The
// manifests are plain: one action per line, a complete pkg.fmri. Payload is a line of text per
// file, because nobody installs from here. The same manifests always give the same bytes.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) {
  console.error('usage: node make-repository.mjs MANIFESTS REPOSITORY');
  process.exit(2);
}

const packages = readdirSync(source)
  .filter(name => name.endsWith('.p5m'))
  .sort()
  .map(name => readPackage(readFileSync(join(source, name), 'utf8')))
  .sort((a, b) => compare(a.stem, b.stem) || compare(a.stamp, b.stamp));
const publisher = packages[0].publisher;

rmSync(target, { recursive: true, force: true });
write('pkg5.repository', `[publisher]\nprefix = ${publisher}\n\n[repository]\nversion = 4\n`);
for (const { stem, version, text, files } of packages) {
  write(`publisher/${publisher}/pkg/${quote(stem)}/${quote(version)}`, text);
  for (const [hash, content] of files)
    write(`publisher/${publisher}/file/${hash.slice(0, 2)}/${hash}`, gzip(content));
}
writeCatalog();

/** Name, version and dependency actions of a package, its text with payload hashes, its files. */
function readPackage(text) {
  const [, prefix, stem, version] = /pkg:\/\/([^/]+)\/([^@\s]+)@(\S+)/.exec(text);
  const files = new Map();
  const lines = text
    .trimEnd()
    .split('\n')
    .map(line => (line.startsWith('file ') ? withPayload(line, stem, files) : line));
  return {
    publisher: prefix,
    stem,
    version,
    stamp: version.split(':')[1],
    text: `${lines.join('\n')}\n`,
    files,
    dependency: lines.filter(line =>
      /^(depend |set name=(variant\.|facet\.|pkg\.(depend\.|obsolete|renamed|legacy)))/.test(line),
    ),
    summary: lines.filter(line => /^set name=(pkg\.(summary|description)|info\.)/.test(line)),
  };
}

/** `file path=…` with the hash and the sizes of a payload of one line. */
function withPayload(line, stem, files) {
  const path = /path=(\S+)/.exec(line)[1];
  const content = Buffer.from(`${path} of ${stem}\n`);
  const hash = sha1(content);
  files.set(hash, content);
  const packed = gzip(content);
  return `file ${hash} chash=${sha1(packed)} pkg.csize=${packed.length} \
pkg.size=${content.length} ${line.slice('file '.length)}`;
}

/** The same bytes from every zlib on every system: stored, written "on Unix". */
function gzip(content) {
  const packed = gzipSync(content, { level: 0 });
  packed[9] = 3;
  return packed;
}

/** The catalog: `catalog.attrs` and one part each for versions, dependencies and descriptions. */
function writeCatalog() {
  const modified = `${packages
    .map(each => each.stamp)
    .sort()
    .at(-1)}`;
  const part = entry => {
    const stems = {};
    for (const each of packages) {
      const made = entry(each);
      if (made === undefined) continue;
      stems[each.stem] ??= [];
      stems[each.stem].push({ ...made, version: each.version });
    }
    return { [publisher]: stems };
  };
  const parts = {
    'catalog.base.C': part(({ text }) => ({ 'signature-sha-1': sha1(text) })),
    'catalog.dependency.C': part(({ dependency }) =>
      dependency.length > 0 ? { actions: dependency } : undefined,
    ),
    'catalog.summary.C': part(({ summary }) => (summary.length > 0 ? { actions: summary } : undefined)),
  };
  const described = {};
  for (const [name, content] of Object.entries(parts))
    described[name] = { 'last-modified': modified, 'signature-sha-1': writeSigned(name, content) };
  writeSigned('catalog.attrs', {
    created: modified,
    'last-modified': modified,
    'package-count': new Set(packages.map(each => each.stem)).size,
    'package-version-count': packages.length,
    parts: described,
    updates: {},
    version: 1,
  });
}

/** Writes a file of the catalog with its `_SIGNATURE`; answers the signature. */
function writeSigned(name, content) {
  const signature = sha1(`${canonical(content)}\n`);
  const text = canonical(content).slice(0, -1);
  const comma = Object.keys(content).length > 0 ? ',' : '';
  write(`publisher/${publisher}/catalog/${name}`, `${text}${comma}"_SIGNATURE":{"sha-1":"${signature}"}}\n`);
  return signature;
}

/** JSON with sorted keys, without blanks, in ASCII with upper-case escapes: what is signed. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.keys(value)
      .sort(compare)
      .map(key => `${canonical(key)}:${canonical(value[key])}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

function write(path, content) {
  const file = join(target, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function quote(text) {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha1(content) {
  return createHash('sha1').update(content).digest('hex');
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
