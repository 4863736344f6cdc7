import assert from 'node:assert/strict';
import { shell } from '../../../server/src/core/catchers/shell.ts';
import { caught, payload } from '../../support/payload.ts';

/** The programs of a script, each with its line. */
function programs(text: string): readonly string[] {
  return caught(shell, payload(text)).dependencies.map(({ what, at }) => `${what} ${at?.line}`);
}

suite('the shell catcher', () => {
  test('programs in pipes, conditions, loops, substitutions and functions, each once', () =>
    assert.deepEqual(
      programs(
        '#!/bin/sh\nif grep -q x y; then sort a | uniq; elif awk 1; then :; fi\n' +
          'for i in $(ls z); do sed p "$i"; done\nrun() { tail -1; }\nrun\ncat <<E\n$(date)\nE\ngrep again\n',
      ).toSorted(),
      ['awk 1', 'cat 5', 'date 6', 'grep 1', 'ls 2', 'sed 2', 'sort 1', 'tail 3', 'uniq 1'],
    ));

  test('what runs another program, and that program', () =>
    assert.deepEqual(
      programs('#!/usr/bin/bash\nexec foo -x\nenv A=b -i bar\nfind . | xargs baz\ncommand -v qux\n'),
      ['foo 1', 'env 2', 'bar 2', 'find 3', 'xargs 3', 'baz 3'],
    ));

  test('options of what runs another program, and their values, are no program', () =>
    assert.deepEqual(
      programs(
        '#!/bin/sh\nsudo -n -u webservd foo\nnice -n 5 bar\nenv -u HOME A=b baz\nxargs -I {} -n1 qux {}\nexec -a name run\n',
      ),
      ['sudo 1', 'foo 1', 'nice 2', 'bar 2', 'env 3', 'baz 3', 'xargs 4', 'qux 4', 'run 5'],
    ));

  test('a file that the script reads is needed where its path is known', () => {
    const text = '#!/bin/sh\n. /lib/svc/share/x.sh\nsource /etc/y "$1"\n. ./z\n. "$dir/a"\n. /$b\n';
    const { dependencies } = caught(shell, payload(text));
    assert.deepEqual(
      dependencies.map(({ because, anyOf }) => [because, anyOf.join()]),
      [
        ['reads /lib/svc/share/x.sh', 'lib/svc/share/x.sh'],
        ['reads /etc/y', 'etc/y'],
      ],
    );
  });

  test('what is built in, assigned or expanded is no program', () =>
    assert.deepEqual(
      programs('#!/usr/bin/ksh93\ncd /; [ -f x ] && echo y\nA=b\n$A c\n"${d}e" f\n./g\nalias h=i\nh\n'),
      [],
    ));

  test('paths are themselves, names are looked for where the script says, then in the usual places', () => {
    const { dependencies } = caught(shell, payload('#!/bin/sh\nPATH=/opt/x/bin:$PATH\n/bin/foo\nbar\n'));
    assert.deepEqual(
      dependencies.map(({ anyOf }) => anyOf.slice(0, 2)),
      [['usr/bin/foo'], ['opt/x/bin/bar', 'usr/bin/bar']],
    );
    assert.ok(dependencies.every(({ confidence, unmet }) => confidence === 'hint' && unmet === 'nothing'));
  });

  test('other scripts are not looked at', () => {
    for (const line of ['#!/usr/bin/perl', '#!/usr/bin/zsh', '#!/usr/bin/env python3', '#!/bin/shx'])
      assert.deepEqual(programs(`${line}\nfoo\n`), []);
    assert.deepEqual(programs('#!/usr/bin/env -S bash -e\nfoo\n'), ['foo 1']);
  });

  test('broken and hostile scripts are read to their end, in time', () => {
    const begun = process.cpuUsage();
    for (const text of [
      'if foo; then\n',
      'foo "',
      '$('.repeat(5000),
      '{ '.repeat(50_000),
      'foo;'.repeat(100_000),
    ])
      programs(`#!/bin/sh\n${text}`);
    const { user } = process.cpuUsage(begun);
    assert.ok(user < 15e6, `${user / 1e6} s`);
  });
});
