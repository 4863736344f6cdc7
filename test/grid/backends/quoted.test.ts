import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { printing, quoted } from '../../../client/src/grid/backends/quoted.ts';

const HOSTILE: readonly string[] = [
  '',
  ' ',
  "'",
  "''",
  "it's",
  "'; touch evil; '",
  '$(touch evil)',
  '`touch evil`',
  '$HOME ${PATH} $((1+1))',
  '"\\"\\\\"',
  '\\',
  "\\'",
  'two\nlines\n',
  '\r\n\t',
  '!!',
  '~root',
  '* ? [a-z]',
  '-rf',
  '# no comment',
  '\u001b[31mred\u0007',
  'é ü \ud83d\ude00 \u202e',
  '&& || | > < ; &',
  "EOF\n'EOF'",
];

for (const [program, ...options] of [['dash'], ['bash', '--posix'], ['busybox', 'sh']] as const) {
  if (spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status !== 0)
    console.log(`not run: quoting under ${program}: no ${program}: install the package ${program}`);
  else
    suite(`quoting under ${program}`, () => {
      const shell = (script: string) =>
        spawnSync(program, [...options, '-s'], { input: script, encoding: 'utf8' }).stdout;

      for (const text of HOSTILE) {
        test(`${JSON.stringify(text)} stays one word`, () =>
          assert.equal(
            shell(`set -- ${quoted(text)} end\nprintf '%s:%s|%s' "$#" "$@"\n`),
            `2:${text}|end`.replace('|end:', '|end:|'),
          ));
      }

      test('a here-document is printed as it is', () => {
        const text = HOSTILE.join('\n');
        assert.equal(shell(`${printing('say', text, 'm0123456789-text')}say\n`), `${text}\n`);
      });
    });
}

suite('quoting', () => {
  test('what no shell word can hold is a bug', () => assert.throws(() => quoted('a\0b'), RangeError));
});
