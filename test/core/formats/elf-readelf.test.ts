import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElf } from '../../../server/src/core/formats/elf.ts';
import { elfFromWords } from '../../support/elf.ts';

/** Directories of the machine whose ELF files are compared, and how many files at most of each. */
const DIRECTORIES = [
  '/usr/bin',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/sbin',
  '/lib',
  '/usr/lib',
];
const MOST = 150;
const READELF = 'readelf';

if (spawnSync(READELF, ['--version']).status === 0) {
  suite('readElf beside readelf', () => {
    test('reads the same of the files of this machine', () => {
      const files = DIRECTORIES.flatMap(elfFilesIn);
      const theirs = readelf(files);
      const differences = files.filter(file => ours(file) !== theirs.get(file));
      assert.deepEqual(
        differences.map(file => ({ file, ours: ours(file), theirs: theirs.get(file) })),
        [],
      );
      assert.ok(files.length > 100, `only ${files.length} ELF files found`);
    });

    const names = 'needed=liba.so.1 needed=libb.so.2 runpath=/x:$ORIGIN soname=me.so filter=f auxiliary=g';
    for (const kind of [
      '',
      'endian=big machine=sparcv9',
      'class=32 machine=i386',
      'class=32 endian=big machine=sparc',
    ]) {
      test(`reads the same of a tiny file of its own (${kind || 'amd64'})`, () => {
        const directory = mkdtempSync(join(tmpdir(), 'packwright-elf-'));
        try {
          const file = join(directory, 'x');
          writeFileSync(file, elfFromWords(`${names} interp=/lib/ld.so.1 flags1=0x800 ${kind}`));
          assert.equal(ours(file), readelf([file, file]).get(file));
          assert.equal(spawnSync(READELF, ['-a', file]).stderr.toString(), '');
        } finally {
          rmSync(directory, { recursive: true });
        }
      });
    }
  });
} else {
  process.stdout.write('not run: readElf beside readelf: readelf is not installed\n');
}

function elfFilesIn(directory: string): readonly string[] {
  const entries = readableEntries(directory).filter(entry => entry.isFile());
  const files = entries.map(entry => join(directory, entry.name)).sort();
  return files
    .filter(file => withFile(file, read => read(0, 4).toString('latin1')) === '\x7fELF')
    .slice(0, MOST);
}

function readableEntries(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function withFile<T>(
  file: string,
  use: (read: (offset: number, length: number) => Buffer, size: number) => T,
): T | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  const buffer = Buffer.alloc(65_536);
  const read = (offset: number, length: number) =>
    buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
  const result = use(read, fstatSync(descriptor).size);
  closeSync(descriptor);
  return result;
}

/** What we read, one tag per line. */
function ours(file: string): string {
  const reading = withFile(file, (read, size) => readElf({ size, read }, false));
  const { elf, faults = [] } = reading ?? {};
  return [
    ...faults,
    ...(elf?.interpreter === undefined ? [] : [`interpreter ${elf.interpreter}`]),
    ...(elf?.needed ?? []).map(({ name }) => `NEEDED ${name}`),
    ...(elf?.filters ?? []).map(name => `FILTER ${name}`),
    ...(elf?.soname === undefined ? [] : [`SONAME ${elf.soname}`]),
    ...(elf?.runPath === undefined ? [] : [`${elf.runPath.tag} ${elf.runPath.value}`]),
  ]
    .sort()
    .join('\n');
}

/** What readelf reads, in the same form. */
function readelf(files: readonly string[]): ReadonlyMap<string, string> {
  const { stdout } = spawnSync(READELF, ['-dlW', ...files], {
    maxBuffer: 2 ** 28,
    encoding: 'latin1',
    env: { LC_ALL: 'C' },
  });
  const found = new Map<string, string>();
  for (const part of stdout.split(/^File: /m).slice(1)) {
    const lines = new Set<string>();
    for (const [, tag, value] of part.matchAll(
      /^ 0x\w+ \((NEEDED|FILTER|SONAME|RPATH|RUNPATH)\) +[^[\n]*\[(.*)\]$/gm,
    )) {
      if (value !== '') lines.add(`${tag} ${value}`);
    }
    const interpreter = /\[Requesting program interpreter: (.*)\]/.exec(part);
    if (interpreter !== null) lines.add(`interpreter ${interpreter[1]}`);
    found.set(part.slice(0, part.indexOf('\n')), [...lines].sort().join('\n'));
  }
  return found;
}
