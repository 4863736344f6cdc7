// Reads every manifest of a tree and counts: npm run corpus DIR [-- --each PART-OF-A-FAULT].
// Exits with 1 when the reader throws, when lines do not tile their text, or when the number of
// actions of a type is not that of a second, naive counter.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ACTION_TYPES } from '../../server/src/core/ips/lines.ts';
import { type P5m, parseP5m } from '../../server/src/core/ips/p5m.ts';
import { LineIndex } from '../../server/src/core/line-index.ts';

interface Row {
  files: number;
  lines: number;
  bytes: number;
  milliseconds: number;
  readonly read: Map<string, number>;
  readonly naive: Map<string, number>;
  readonly faults: Map<string, number>;
  readonly problems: string[];
}

function emptyRow(): Row {
  return {
    files: 0,
    lines: 0,
    bytes: 0,
    milliseconds: 0,
    read: new Map(),
    naive: new Map(),
    faults: new Map(),
    problems: [],
  };
}

const root = process.argv[2] ?? '.';
const listed = process.argv.includes('--each')
  ? (process.argv.at(process.argv.indexOf('--each') + 1) ?? '')
  : undefined;
const rows = new Map<string, Row>();

for (const path of manifestsBelow(root)) {
  const name = relative(root, path);
  const repository = name.includes('/') ? (name.split('/')[0] ?? '.') : '.';
  const row = rows.get(repository) ?? emptyRow();
  rows.set(repository, row);
  measure(path, name, row);
}
print();
process.exitCode = [...rows.values()].some(row => row.problems.length > 0) ? 1 : 0;

/** Manifests, and the fragments that real trees keep without an extension. */
function manifestsBelow(directory: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const inTransforms = /(?:^|\/)transforms$/.test(entry.parentPath);
    if (/\.(?:p5m|mog|inc)$/.test(entry.name) || inTransforms) found.push(join(entry.parentPath, entry.name));
  }
  return found.sort();
}

function measure(path: string, name: string, row: Row): void {
  const text = readFileSync(path, 'utf8');
  const start = performance.now();
  let manifest: P5m;
  try {
    manifest = parseP5m(text, { path, macros: {} });
  } catch (thrown) {
    row.problems.push(`${name}: threw ${thrown}`);
    return;
  }
  row.milliseconds += performance.now() - start;
  row.files++;
  row.lines += manifest.lines.length;
  row.bytes += text.length;
  if (!tiles(manifest)) row.problems.push(`${name}: lines do not tile the text`);
  const read = new Map<string, number>();
  for (const line of manifest.lines) if (line.kind === 'action') add(read, line.type);
  const naive = naiveCounts(text);
  for (const type of ACTION_TYPES) {
    if ((read.get(type) ?? 0) === (naive.get(type) ?? 0)) continue;
    row.problems.push(
      `${name}: ${read.get(type) ?? 0} ${type} actions read, ${naive.get(type) ?? 0} counted`,
    );
  }
  for (const [type, count] of read) add(row.read, type, count);
  for (const [type, count] of naive) add(row.naive, type, count);
  tell(manifest, name, row);
}

function tell(manifest: P5m, name: string, row: Row): void {
  if (manifest.faults.length === 0) return;
  const index = new LineIndex(manifest.text);
  for (const { severity, message, span } of manifest.faults) {
    const kind = `${severity}: ${classOf(message)}`;
    add(row.faults, kind);
    if (listed === undefined || !kind.includes(listed)) continue;
    const { line, column } = index.positionAt(span.start);
    console.log(`${name}:${line + 1}:${column + 1}: ${severity}: ${message}`);
    console.log(`    ${manifest.text.slice(span.start, Math.min(span.end, span.start + 100))}`);
  }
}

/** A message without what varies: quoted words, paths, numbers and the remedy. */
function classOf(message: string): string {
  const [what = message] = message.split('; ');
  return what
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\S*\/\S*/g, '…')
    .replace(/\(line \d+\)/g, '')
    .replace(/\b\d+\b/g, 'N');
}

function tiles(manifest: P5m): boolean {
  let at = 0;
  for (const line of manifest.lines) {
    if (line.start !== at || line.end <= line.start || line.contentEnd > line.end) return false;
    at = line.end;
  }
  return at === manifest.text.length;
}

/** Joins continuations and takes the first word behind any macros. */
function naiveCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const types: ReadonlySet<string> = new Set(ACTION_TYPES);
  let open = '';
  for (const physical of text.split('\n')) {
    const line = physical.trim();
    if (line.endsWith('\\')) {
      open += line.slice(0, -1);
      continue;
    }
    const logical = (open + line).trim();
    open = '';
    const [word = ''] = logical.replace(/^(?:\$\([^)]*\))+\s*/, '').split(/\s/);
    if (types.has(word)) add(counts, word);
  }
  const [word = ''] = open.trim().split(/\s/);
  if (types.has(word)) add(counts, word);
  return counts;
}

function add(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function print(): void {
  const names = [...rows.keys()];
  const table = (label: string, value: (row: Row) => string | number): void =>
    console.log(
      label.padEnd(14) + names.map(name => String(value(rows.get(name) ?? emptyRow())).padStart(22)).join(''),
    );
  console.log(''.padEnd(14) + names.map(name => name.padStart(22)).join(''));
  table('files', row => row.files);
  table('lines', row => row.lines);
  table('MB', row => (row.bytes / 1e6).toFixed(2));
  table('MB/s', row => (row.bytes / 1e3 / row.milliseconds).toFixed(1));
  for (const type of ACTION_TYPES) {
    table(type, row => `${row.read.get(type) ?? 0} (${row.naive.get(type) ?? 0})`);
  }
  console.log('\nFaults');
  for (const name of names) {
    for (const [kind, count] of [...(rows.get(name)?.faults ?? [])].sort((a, b) => b[1] - a[1])) {
      console.log(`${String(count).padStart(7)}  ${name.padEnd(16)} ${kind}`);
    }
  }
  for (const row of rows.values()) for (const problem of row.problems) console.log(`PROBLEM ${problem}`);
}
