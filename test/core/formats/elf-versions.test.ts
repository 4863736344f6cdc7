import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDefinedVersions, readElf } from '../../../server/src/core/formats/elf.ts';
import { elf, elfFromWords } from '../../support/elf.ts';
import { payload } from '../../support/payload.ts';

const LIBRARIES = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib/postgresql/15/lib'];
/** Of each directory; `PACKWRIGHT_ALL_LIBRARIES=1` takes all. */
const MOST = process.env.PACKWRIGHT_ALL_LIBRARIES ? Number.POSITIVE_INFINITY : 60;

if (spawnSync('readelf', ['--version']).status === 0) {
  suite('symbol versions beside readelf', () => {
    test('those needed and those defined are the same in libraries of this machine', () => {
      const files = LIBRARIES.flatMap(elfFilesIn);
      const theirs = readelf(files);
      const differences = files.filter(file => ours(file) !== theirs.get(file));
      assert.deepEqual(
        differences.map(file => ({ file, ours: ours(file), theirs: theirs.get(file) })),
        [],
      );
      assert.ok(files.length >= 40, `only ${files.length} libraries found`);
    }).timeout(60_000);

    for (const kind of ['', 'endian=big machine=sparcv9', 'class=32 machine=i386', 'class=32 endian=big']) {
      test(`those of a tiny file of its own are the same (${kind || 'amd64'})`, () => {
        const words = `needed=libc.so.1 needs=libc.so.1:A_1,A_2 soname=me.so defines=A,B_2 ${kind}`;
        const bytes = elfFromWords(words);
        const directory = mkdtempSync(join(tmpdir(), 'packwright-elf-'));
        try {
          const file = join(directory, 'x');
          writeFileSync(file, bytes);
          assert.equal(told(bytes), readelf([file, file]).get(file));
        } finally {
          rmSync(directory, { recursive: true });
        }
        assert.match(told(bytes), /defines B_2\n.*\nlibc.so.1 A_1\nlibc.so.1 A_2/);
      });
    }
  });
} else {
  process.stdout.write('not run: symbol versions beside readelf: readelf is not installed\n');
}

suite('symbol versions', () => {
  test('weak versions, and those that others inherit, are not insisted on', () => {
    const { elf } = readElf(
      payload(elfFromWords('needed=liba.so.1 needs=liba.so.1:A_1,A_2,A_3 versionFlags=0,2,4')),
      false,
    );
    assert.deepEqual([...(elf?.versions ?? [])], [['liba.so.1', ['A_1']]]);
  });

  test('damaged records are one fault, and what comes before them is kept', () => {
    const bytes = elfFromWords('needed=liba.so.1 needed=libb.so.1 needs=liba.so.1:A_1 needs=libb.so.1:B_1');
    const first = indexOfRecord(bytes, 1);
    // The distance to the second library's record, and then its revision.
    for (const [at, value] of [
      [first + 12, 0x7fffffff],
      [first + 32, 9],
    ] as const) {
      const damaged = bytes.slice();
      new DataView(damaged.buffer).setUint32(at, value, true);
      const { elf, faults } = readElf(payload(damaged), false);
      assert.deepEqual([...(elf?.versions ?? [])], [['liba.so.1', ['A_1']]]);
      assert.equal(elf?.needed.length, 2);
      assert.match(
        faults.join('\n'),
        /^its needed versions (lie beyond the end|have a record of revision 9)/,
      );
      assert.equal(faults.length, 1);
    }
  });

  test('more records than any library has are one fault, and those before it are kept', () => {
    const needs = Array.from({ length: 3000 }, (_, index) => `lib${index}.so:V_1`);
    const { elf: read, faults } = readElf(payload(elf({ needed: ['lib7.so'], needs })), false);
    assert.equal(read?.versions.size, 2048);
    assert.deepEqual(faults, ['its needed versions are more than 4096; the rest is not looked at']);
  });

  test('a chain that claims millions of records ends soon', () => {
    const bytes = elfFromWords('needed=liba.so.1 needs=liba.so.1:A_1 claimedNeeds=4294967295');
    const file = payload(bytes);
    readElf(file, false);
    assert.ok(file.reads.length < 50);
  });

  test('of a library that is cut off, or no ELF file at all, nothing is known', () => {
    const bytes = elfFromWords('soname=liba.so.1 defines=A_1,A_2');
    assert.deepEqual(readDefinedVersions(payload(bytes)), ['liba.so.1', 'A_1', 'A_2']);
    for (const length of [0, 3, 40, 100, bytes.length - 300])
      assert.notDeepEqual(readDefinedVersions(payload(bytes.subarray(0, length))), [], `${length} bytes`);
    assert.equal(readDefinedVersions(payload('#!/bin/sh\n')), undefined);
    assert.deepEqual(readDefinedVersions(payload(elfFromWords('soname=liba.so.1'))), []);
  });
});

/** Place of the first needed-versions record: revision 1 and this many versions. */
function indexOfRecord(bytes: Uint8Array, versions: number): number {
  const wanted = Buffer.from([1, 0, versions, 0]);
  for (let at = 0; ; at += 4) {
    at = Buffer.from(bytes).indexOf(wanted, at);
    if (at < 0) throw new Error('no record of needed versions');
    if (new DataView(bytes.buffer).getUint32(at + 8, true) === 16) return at;
  }
}

function elfFilesIn(directory: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory, { withFileTypes: true })
      .filter(entry => entry.isFile() && /\.so(\.|$)/.test(entry.name))
      .map(entry => join(directory, entry.name));
  } catch {
    return [];
  }
  return names
    .filter(file => readFileSync(file).subarray(0, 4).toString('latin1') === '\x7fELF')
    .sort()
    .slice(0, MOST);
}

function ours(file: string): string {
  return told(readFileSync(file));
}

function told(bytes: Uint8Array): string {
  const source = {
    size: bytes.length,
    read: (at: number, length: number) => bytes.subarray(at, at + length),
  };
  const { elf, faults } = readElf(source, false);
  const needs = [...(elf?.versions ?? [])].flatMap(([library, all]) => all.map(one => `${library} ${one}`));
  const defines = (readDefinedVersions(source) ?? ['?']).map(one => `defines ${one}`);
  return [...new Set([...faults, ...needs, ...defines])].sort().join('\n');
}

function readelf(files: readonly string[]): ReadonlyMap<string, string> {
  const { stdout } = spawnSync('readelf', ['-VW', ...files], {
    maxBuffer: 2 ** 30,
    encoding: 'latin1',
    env: { LC_ALL: 'C' },
  });
  const parts = stdout.split(/^File: /m).slice(1);
  return new Map(parts.map(part => [part.slice(0, part.indexOf('\n')), inOrder(part)]));
}

/** What readelf says of one file, in our form. */
function inOrder(text: string): string {
  const lines = new Set<string>();
  let library = '';
  for (const line of text.split('\n')) {
    library = /Version: 1 {2}File: (\S+)/.exec(line)?.[1] ?? library;
    const needed = /Name: (\S+) {2}Flags: (.*?) +Version: /.exec(line);
    if (needed && !/WEAK|INFO/.test(needed[2]!)) lines.add(`${library} ${needed[1]}`);
    const defined = /Rev: 1 .*Name: (\S+)$/.exec(line);
    if (defined) lines.add(`defines ${defined[1]}`);
  }
  return [...lines].sort().join('\n');
}
