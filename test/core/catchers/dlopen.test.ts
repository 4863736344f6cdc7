import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dlopen } from '../../../server/src/core/catchers/dlopen.ts';
import type { ImplicitDependency } from '../../../server/src/core/model.ts';
import { checks } from '../../support/check.ts';
import { elfFromWords } from '../../support/elf.ts';
import { caught, payload } from '../../support/payload.ts';

function needsOf(bytes: Uint8Array): readonly ImplicitDependency[] {
  return caught(dlopen, payload(bytes)).dependencies;
}

const named = (words: string) => needsOf(elfFromWords(words)).map(({ what }) => what);

suite('dlopen', () => {
  for (const kind of ['', 'endian=big machine=sparcv9', 'class=32 machine=i386', 'class=32 endian=big']) {
    test(`names of libraries are hints in a file that imports dlopen (${kind || 'amd64'})`, () => {
      const strings =
        'strings=libq.so.1 strings=/opt/x/plugin.so strings=%s.so strings=x.so.conf strings=see';
      assert.deepEqual(named(`imports=free imports=dlopen ${strings} ${kind}`), [
        'libq.so.1',
        '/opt/x/plugin.so',
      ]);
      assert.deepEqual(named(`imports=free imports=dlopens ${strings} ${kind}`), []);
      assert.deepEqual(named(`${strings} ${kind}`), []);
    });
  }

  test('they are looked for where the linker looks, and nobody is missed', () => {
    const [need] = needsOf(elfFromWords('imports=dlmopen strings=libq.so.1 runpath=/opt/lib'));
    assert.deepEqual(need, {
      catcher: 'dlopen',
      neededBy: 'usr/bin/x',
      what: 'libq.so.1',
      because: 'imports dlopen, and has the string libq.so.1, RUNPATH /opt/lib',
      anyOf: ['opt/lib/libq.so.1', 'lib/64/libq.so.1', 'usr/lib/64/libq.so.1'],
      confidence: 'hint',
      unmet: 'nothing',
    });
  });

  test('what is needed anyway, and the name of the file itself, are no hints', () => {
    const strings = 'strings=liba.so.1 strings=me.so strings=/lib/ld.so.1';
    assert.deepEqual(
      named(`imports=dlopen needed=liba.so.1 soname=me.so interp=/lib/ld.so.1 ${strings}`),
      [],
    );
  });

  test('a package that delivers it is a hint, and none is no finding', () =>
    checks(
      `
-- manifest --
file path=usr/bin/run mode=0555
# ^^^^ undeclared: needs libq.so.1, which library/q delivers
-- proto/usr/bin/run (elf imports=dlopen strings=libq.so.1 strings=libother.so.1) --
-- repo/library/q@1 --
file path=usr/lib/64/libq.so.1
`,
      { severities: ['hint'] },
    ));

  test('tables that make no sense are bounded', () => {
    const bytes = elfFromWords('imports=dlopen strings=libq.so.1');
    for (let at = 0; at < bytes.length; at += 4) {
      const damaged = bytes.slice();
      damaged.fill(0xff, at, at + 4);
      const file = payload(damaged);
      caught(dlopen, file);
      assert.ok(file.reads.length < 300, `${file.reads.length} reads with byte ${at} damaged`);
    }
  });

  if (spawnSync('gcc', ['--version']).status === 0) {
    for (const flags of [['-z', 'separate-code'], ['-z', 'noseparate-code'], ['--hash-style=sysv']]) {
      test(`reads what a compiler made (ld ${flags.join(' ')})`, () => {
        const directory = mkdtempSync(join(tmpdir(), 'packwright-dlopen-'));
        try {
          const source = `extern void *dlopen(const char *, int); extern int puts(const char *);
int main(void) { puts("not a libz.so.9 name"); return dlopen("libq.so.1", 1) != 0 && dlopen("/opt/x.so", 1) != 0; }`;
          writeFileSync(join(directory, 'x.c'), source);
          const argv = ['-o', 'x', 'x.c', ...flags.flatMap(flag => ['-Xlinker', flag])];
          assert.equal(spawnSync('gcc', argv, { cwd: directory }).status, 0);
          const found = needsOf(readFileSync(join(directory, 'x')));
          assert.deepEqual(
            found.map(({ what }) => what),
            ['libq.so.1', '/opt/x.so'],
          );
        } finally {
          rmSync(directory, { recursive: true });
        }
      });
    }
  } else {
    process.stdout.write('not run: dlopen in what a compiler made: gcc is not installed\n');
  }
});
