import assert from 'node:assert/strict';
import { type P5m, parseP5m } from '../../../server/src/core/ips/p5m.ts';
import type { ActionEntry } from '../../../server/src/core/model.ts';

const LINES = [
  'set name=pkg.fmri value=pkg:/a/b@1.0,5.11-1',
  'set name=pkg.summary value="What it is"',
  'set name=variant.arch value=i386 value=sparc',
  'set name=pkg.depend.bypass-generate value=.*',
  '# a comment',
  '# a comment that goes on \\',
  '',
  '   ',
  'dir path=usr/lib owner=root group=bin mode=0755',
  'dir path=usr/lib owner=root group=sys mode=0755 group=sys',
  'file path=usr/lib/a.so mode=0555 variant.arch=i386',
  'file usr/lib/x path=/usr/lib/a.so \\\n    mode=9 pkg.depend.runpath=/x',
  'file $(A) path=$(B)/c modee=0444',
  '$(N)file path=usr/tmp',
  'file path="a b \\\n  c" word',
  'file path=x \\',
  'link path=usr/lib/l target=a.so mediator=m',
  'depend type=require fmri=pkg:/c@1 fmri=d',
  'depend type=require fmri=__TBD pkg.debug.depend.file=a pkg.debug.depend.path=usr/bin',
  'license LICENSE license=MIT',
  'fiel path=x',
  '<transform file -> edit mode 1 2>',
  '<transform dir -> default mediator-version 1',
  'user username=a \\ \n  uid=x',
  'data',
];

/** Lines around an edit, enough of them that it is small: with faults, and with paths that come twice. */
const MORE = `\n${Array.from({ length: 25 }, (_, at) => `link path=l${at % 20} target=x mediator=m`).join('\n')}\n`;

const SCRAPS = [
  'x',
  ' ',
  '\\',
  '\n',
  '\\\n',
  '"',
  '=',
  '#',
  '$(',
  '\n\n',
  '<include a>',
  ' \\\n',
  '\r',
  '\v',
];

/** What stands between other lines before and after an edit. */
const EDITS: readonly (readonly [name: string, before: string, after: string])[] = [
  [
    'an empty line that ended a continuation is filled',
    'file path=a \\\n\nlink path=b',
    'file path=a \\\nx=y\nlink path=b',
  ],
  ['a continuation gets an empty line behind it', 'file path=a \\\nx=y\nlink', 'file path=a \\\n\nlink'],
  ['a continuation is opened', 'file path=a\nlink path=b', 'file path=a \\\nlink path=b'],
  ['a continuation is closed', 'file path=a \\\n x=y', 'file path=a\n x=y'],
  ['a comment swallows a line', '# c\nfile path=a', '# c\\\nfile path=a'],
  ['a quote is opened', 'file path=a\nfile path=b', 'file path="a\nfile path=b'],
  ['lines come', 'file path=a', 'file path=a\n\n\nfile path=b\nfile path=a'],
  ['lines go', 'file path=a\nfile path=b\nfile path=b\n', ''],
  ['a transform comes', 'link path=a target=b mediator=c', '<transform link -> default mediator-version 1>'],
  ['a transform goes', '<transform link -> default mediator-version 1>', '# <transform link -> default>'],
  ['an include comes', 'file', '<include x>'],
  ['the package gets another name', 'set name=pkg.fmri value=a', 'set name=pkg.fmri value=b'],
  ['the package gets a variant', '# a', 'set name=variant.arch value=i386'],
  ['a byte order mark comes', 'file path=a', '\ufefffile path=a'],
  ['a lone CR comes', 'file path=a x=y', 'file path=a\rx=y'],
];

suite('an edited manifest', () => {
  for (const [name, before, after] of EDITS) {
    test(`is the same as read anew where ${name}`, () => {
      for (const [head, tail] of [
        [MORE, MORE],
        ['', MORE],
        [MORE, ''],
      ] as const) {
        const known = read(head + before + tail);
        const text = head + after + tail;
        same(read(text, false, known), read(text));
        same(read(known.text, false, read(text)), known);
      }
    });
  }

  for (const fragment of [false, true]) {
    test(`says what it would say if it were read anew${fragment ? ', as a fragment too' : ''}`, () => {
      const next = numbers(fragment ? 7 : 1);
      for (let round = 0; round < 8; round++) {
        let text = Array.from({ length: 60 }, () => pick(LINES, next)).join('\n');
        let known = read(text, fragment);
        for (let edit = 0; edit < 40; edit++) {
          text = edited(text, next);
          const again = read(text, fragment, known);
          same(again, read(text, fragment), JSON.stringify([known.text, text]));
          known = again;
        }
      }
    });
  }

  test('is read anew where another path or other macros count', () => {
    const before = parseP5m('file path=$(A)\nfile path=b\n', { path: '/w/a.p5m', macros: {} });
    for (const options of [
      { path: '/w/b.p5m', macros: {} },
      { path: '/w/a.p5m', macros: { A: 'x' } },
    ]) {
      const text = `${before.text}# more\n`;
      same(parseP5m(text, { ...options, previous: before }), parseP5m(text, options));
    }
  });

  test('takes over what did not change', () => {
    const lines = Array.from({ length: 100 }, (_, at) => `file path=usr/lib/${at}`);
    const before = read(lines.join('\n'));
    const after = read(lines.join('\n').replace('lib/50', 'lib/x50'), false, before);
    assert.equal(after.files[49], before.files[49]);
    assert.equal(after.deliveries[51], before.deliveries[51]);
    const longer = read(lines.join('\n').replace('lib/1\n', 'lib/1 a=b\n'), false, before);
    assert.equal(longer.deliveries[0], before.deliveries[0]);
    assert.equal(longer.files[2]?.asRead, before.files[2]);
  });
});

/** Asserts that two manifests say the same, whether their entries moved since they were read or not. */
function same(actual: P5m, expected: P5m, message?: string): void {
  const keys = new Set([...expected.files, ...expected.others].flatMap(entry => Object.keys(entry)));
  const told = (entry: ActionEntry) => {
    const values: Record<string, unknown> = { ...entry };
    for (const key of keys) values[key] = entry[key as keyof ActionEntry];
    for (const key of ['owner', 'group', 'target'] as const)
      values[key] = entry[key] && { text: entry[key].text, span: entry[key].span };
    const { asRead: _, ...plain } = values;
    return plain;
  };
  const flat = (manifest: P5m) => ({
    ...manifest,
    files: manifest.files.map(told),
    others: manifest.others.map(told),
  });
  assert.deepEqual(flat(actual), flat(expected), message);
}

function read(text: string, fragment = false, previous?: P5m): P5m {
  return parseP5m(text, { path: '/w/a.p5m', macros: {}, fragment, previous });
}

/** The text with something cut out of it, put into it, or both. */
function edited(text: string, next: () => number): string {
  const start = Math.floor(next() * (text.length + 1));
  const end = next() < 0.5 ? start : Math.min(text.length, start + Math.floor(next() * 12));
  const put = next() < 0.2 ? '' : next() < 0.5 ? pick(SCRAPS, next) : `\n${pick(LINES, next)}\n`;
  return text.slice(0, start) + put + text.slice(end);
}

function pick(from: readonly string[], next: () => number): string {
  return from[Math.floor(next() * from.length)] ?? '';
}

/** Numbers from 0 up to 1 that look like chance and are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
