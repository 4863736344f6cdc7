import assert from 'node:assert/strict';
import { script } from '../../../server/src/core/catchers/script.ts';
import type { ImplicitDependency } from '../../../server/src/core/model.ts';
import { caught, inspected, payload } from '../../support/payload.ts';

/** `candidates (confidence)` of everything that a script with this content needs. */
function needs(content: string | Uint8Array, mode = 0o555): readonly string[] {
  return dependencies(content, mode).map(({ anyOf, confidence }) => `${anyOf.join(' ')} (${confidence})`);
}

function dependencies(content: string | Uint8Array, mode = 0o555): readonly ImplicitDependency[] {
  return caught(script, payload(content, { mode })).dependencies;
}

function faults(content: string | Uint8Array, mode = 0o555): readonly string[] {
  return caught(script, payload(content, { mode })).faults.map(({ message }) => message);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, character => character.charCodeAt(0));
}

suite('script needs', () => {
  const cases: readonly [name: string, content: string | Uint8Array, ...needs: string[]][] = [
    ['an interpreter is certain', '#!/usr/bin/perl -w\n', 'usr/bin/perl (certain)'],
    ['blanks and tabs may stand in front', '#! \t /usr/bin/sh\t-e\n', 'usr/bin/sh (certain)'],
    ['/bin is a link to usr/bin', '#!/bin/sh\n', 'usr/bin/sh (certain)'],
    ['/binx is no /bin', '#!/binx/sh\n', 'binx/sh (certain)'],
    ['/sbin is a directory of its own', '#!/sbin/sh\n', 'sbin/sh (certain)'],
    ['paths are normalised', '#!//usr/./xpg4/../bin//sh\n', 'usr/bin/sh (certain)'],
    ['the last line may lack its end', '#!/usr/bin/sh', 'usr/bin/sh (certain)'],
    ['CR LF is no part of the name', '#!/usr/bin/sh\r\necho\r\n', 'usr/bin/sh (certain)'],
    ['CR alone ends the line too', '#!/usr/bin/sh\recho\r', 'usr/bin/sh (certain)'],
    ['a NUL ends the line', '#!/usr/bin/sh\0abc\n', 'usr/bin/sh (certain)'],
    ['a name may be UTF-8', '#!/usr/bin/bäsh\n', 'usr/bin/bäsh (certain)'],
    ['a name in Latin-1 is a guess', latin1('#!/usr/bin/bäsh\n'), 'usr/bin/bäsh (likely)'],
    ['Latin-1 in an option does not hurt', latin1('#!/usr/bin/sh -ä\n'), 'usr/bin/sh (certain)'],
    ['a bare #! needs nothing', '#!\necho\n'],
    ['a #! of blanks needs nothing', '#! \t\n'],
    ['a relative interpreter is no need', '#!perl\n'],
    ['the root is no interpreter', '#!/\n'],
    ['#! counts at the very start only', '\n#!/usr/bin/sh\n'],
    ['a hash alone is a comment', '# /usr/bin/sh\n'],
    ['a Rust attribute is no interpreter', '#![allow(dead_code)]\n'],
    ['compressed data needs nothing', Uint8Array.of(0x23, 0x21, 0x2f, 0x1f, 0x8b, 8, 0x91, 3, 0xff, 10)],
    ['the cut part of a long line is not known', `#!/${'x'.repeat(2000)}\n`],
    [
      'a long line may still tell its interpreter',
      `#!/usr/bin/sh ${'x'.repeat(2000)}\n`,
      'usr/bin/sh (likely)',
    ],
  ];
  for (const [name, content, ...expected] of cases) {
    test(name, () => assert.deepEqual(needs(content), expected));
  }

  test('of a file that is not executable the interpreter is a hint', () => {
    assert.deepEqual(needs('#!/usr/bin/perl\n', 0o444), ['usr/bin/perl (hint)']);
    assert.deepEqual(faults('#!perl\n', 0o444), []);
  });

  test('any execute bit makes a script', () =>
    assert.deepEqual(needs('#!/bin/sh\n', 0o410), ['usr/bin/sh (certain)']));
});

suite('script needs of env', () => {
  const onPath = (name: string) =>
    ['usr/bin', 'usr/sbin', 'sbin', 'usr/gnu/bin', 'opt/ooce/bin'].map(each => `${each}/${name}`).join(' ');
  const env = 'usr/bin/env (certain)';
  const python = `${onPath('python3')} (likely)`;
  const cases: readonly [line: string, ...needs: string[]][] = [
    ['#!/usr/bin/env python3', env, python],
    ['#!/bin/env python3 -u', env, python],
    ['#!/usr/bin/env  \t python3', env, python],
    ['#!/usr/bin/env -S python3 -u', env, python],
    ["#!/usr/bin/env -S 'python3 -u'", env, python],
    ['#!/usr/bin/env -S "python3" -u', env, python],
    ['#!/usr/bin/env -Spython3 -u', env, python],
    ['#!/usr/bin/env -iS A=b\\_c python3', env, python],
    ["#!/usr/bin/env -S A='b c' python3", env, python],
    ['#!/usr/bin/env --split-string=python3 -u', env, python],
    ['#!/usr/bin/env --split-string python3 -u', env, python],
    ['#!/usr/bin/env -i A=b C= python3', env, python],
    ['#!/usr/bin/env - python3', env, python],
    ['#!/usr/bin/env -u A --unset=B --unset C -uD python3', env, python],
    ['#!/usr/bin/env -C /tmp --chdir=/tmp python3', env, python],
    ['#!/usr/bin/env -i -- python3', env, python],
    ['#!/usr/bin/env -S -i env python3', env, `${onPath('env')} (likely)`, python],
    ['#!/usr/bin/env /usr/bin/python3', env, 'usr/bin/python3 (certain)'],
    ['#!/usr/bin/env /bin/sh', env, 'usr/bin/sh (certain)'],
    ['#!/usr/bin/env PATH=/opt/x/bin:/bin:: python3', env, 'opt/x/bin/python3 usr/bin/python3 (likely)'],
    ['#!/usr/bin/env -S PATH=${HOME}/bin python3', env, python],
    ['#!/usr/bin/env -S ${SHELL} -e', env],
    ['#!/usr/bin/env -S # python3', env],
    ['#!/usr/bin/env ./run', env],
    ['#!/usr/bin/env bin/run', env],
    ['#!/usr/bin/env', env],
    ['#!/usr/bin/env -i', env],
    ['#!/usr/gnu/bin/env sh', 'usr/gnu/bin/env (certain)', `${onPath('sh')} (likely)`],
    ['#!/usr/bin/envoy sh', 'usr/bin/envoy (certain)'],
  ];
  for (const [line, ...expected] of cases) {
    test(line, () => assert.deepEqual(needs(`${line}\n`), expected));
  }

  test('the last word of a line that was cut is not believed', () => {
    assert.deepEqual(needs(`#!/usr/bin/env ${'x'.repeat(2000)}\n`), ['usr/bin/env (likely)']);
  });
});

suite('script places', () => {
  const cases: readonly [line: string, ...texts: string[]][] = [
    ['#! /usr/bin/perl -w', '/usr/bin/perl'],
    ['#!/usr/bin/env -S python3 -u', '/usr/bin/env', 'python3'],
    ["#!/usr/bin/env -S 'python3 -u'", '/usr/bin/env', 'python3'],
    ['#!/usr/bin/env A=𝒳é perl', '/usr/bin/env', 'perl'],
  ];
  for (const [line, ...texts] of cases) {
    test(`${line} names ${texts.join(' and ')}`, () => {
      const found = dependencies(`${line}\n`);
      assert.deepEqual(
        found.map(({ what }) => what),
        texts,
      );
      assert.deepEqual(
        found.map(({ at }) => line.slice(at!.column, at!.endColumn)),
        texts,
      );
      assert.deepEqual([...new Set(found.map(({ because }) => because))], [line]);
    });
  }

  test('a proof shows control characters as escapes, and no endless line', () => {
    const because = (content: string) => dependencies(content)[0]!.because;
    assert.equal(because('#!/bin/sh \x1b[31m\u202e\n'), '#!/bin/sh \\x1b[31m\\u202e');
    assert.equal(because(`#!/bin/sh ${'x'.repeat(500)}\n`).length, 161);
  });
});

suite('script faults', () => {
  const cases: readonly [name: string, content: string | Uint8Array, message: RegExp][] = [
    ['a bare #!', '#!\n', /bare #!; write the interpreter/],
    [
      'a relative interpreter',
      '#!perl -w\n',
      /"perl" of line 1 is no absolute path.*such as #!\/usr\/bin\/perl$/,
    ],
    ['an option for an interpreter', '#! -x\n', /"-x" of line 1 .* such as #!\/usr\/bin\/sh$/],
    ['a directory for an interpreter', '#!/\n', /"#!\/" names a directory/],
    ['CR LF', '#!/bin/sh\r\n', /line 1 ends in CR LF.*LF line ends/i],
    ['CR alone', '#!/bin/sh\r', /CR alone/],
    ['a NUL', '#!/bin/sh\0x\n', /NUL byte/],
    ['a line beyond what the kernel reads', `#!/bin/sh ${'x'.repeat(2000)}\n`, /longer than 1024 bytes/],
    ['a name in Latin-1', latin1('#!/usr/bin/bäsh\n'), /"\/usr\/bin\/bäsh" of line 1 is not UTF-8/],
    ['binary data', Uint8Array.of(0x23, 0x21, 1, 2, 3, 10), /no text; check that it was copied whole/],
    ['binary data that is no UTF-8', Uint8Array.of(0x23, 0x21, 0xff, 0xe3, 0xf5, 10), /no text/],
    ['a UTF-8 mark', '\ufeff#!/bin/sh\n', /UTF-8 byte order mark .* save the file without it/],
    ['a UTF-16 mark', Uint8Array.of(0xff, 0xfe, 0x23, 0, 0x21, 0, 0x2f, 0), /UTF-16 byte order mark/],
    ['env without a program', '#!/usr/bin/env\n', /env without a program/],
    ['env with a relative program', '#!/usr/bin/env ./run\n', /looks for ".\/run" of line 1 in the current/],
  ];
  for (const [name, content, message] of cases) {
    test(name, () => {
      const found = faults(content);
      assert.equal(found.length, 1);
      assert.match(found[0]!, message);
      assert.deepEqual(faults(content, 0o644), [], 'nobody runs a file that is not executable');
    });
  }

  test('a good script has none', () => assert.deepEqual(faults('#!/usr/bin/env python3\nprint()\r\n'), []));
});

suite('script reading', () => {
  test('one read of one kilobyte is enough', () => {
    const file = payload(`#!/bin/sh\n${'x'.repeat(100_000)}`);
    inspected(script, file);
    assert.deepEqual(file.reads, [{ offset: 0, length: 1024 }]);
  });

  test('a file that became unreadable needs nothing', () => {
    const gone = { ...payload('#!/bin/sh\n'), read: () => new Uint8Array(0) };
    assert.deepEqual(inspected(script, gone), { dependencies: [], faults: [] });
  });

  test('every prefix and every flipped byte gives an answer', () => {
    const sample = new TextEncoder().encode("#!/usr/bin/env -S -u X PATH=/a:/b 'bäsh -e' \\\n");
    for (let at = 0; at < sample.length; at++) {
      inspected(script, payload(sample.subarray(0, at)));
      for (let value = 0; value < 256; value++) inspected(script, payload(sample.with(at, value)));
    }
  });
});
