import assert from 'node:assert/strict';
import { printable, printableLine } from '../../client/src/cli/host.ts';

suite('printable', () => {
  const cases: readonly [name: string, text: string, shown: string][] = [
    ['ordinary text stays', 'usr/bin/größe 日本', 'usr/bin/größe 日本'],
    ['an escape sequence is shown', '\u001b[31mred', '\\e[31mred'],
    ['a bell is shown', 'a\u0007b', 'a\\x07b'],
    ['a carriage return cannot overwrite the line', 'good\rbad', 'good\\rbad'],
    ['C1 controls are shown', '\u009b2J', '\\x9b2J'],
    ['marks that reorder text are shown', 'a\u202egpj.exe', 'a\\u202egpj.exe'],
    ['line ends stay', 'a\nb', 'a\nb'],
  ];
  for (const [name, text, shown] of cases) test(name, () => assert.equal(printable(text), shown));

  test('on one line, line ends and tabs are shown too', () =>
    assert.equal(printableLine('a\nb\tc'), 'a\\nb\\tc'));
});
