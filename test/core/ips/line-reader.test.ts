import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readLines } from '../../../server/src/core/ips/line-reader.ts';
import type { Action, Line } from '../../../server/src/core/ips/lines.ts';
import { parseP5m } from '../../../server/src/core/ips/p5m.ts';
import { cpuTime } from '../../support/cpu-time.ts';

/** Every form that the grammar has, small. */
const SAMPLE = `# comment \\
# goes on
set name=pkg.fmri value=pkg:/a/b@1.0,5.11-1
set name=variant.arch value=i386 value=sparc
set pkg.linted=true
$(i386_ONLY)file usr/x path=/usr/bin/x mode=0555 \\
    owner=root pkg.depend.bypass-generate=lib.\\*
file path="usr/lib/a b" 'note'="x" note='it''s' "so \\"much" \\
\tnote="un\\
  broken"
license $(FILE) license='$(LICENSE)'
$(sparc_ONLY)<include common.inc>
<transform file path=(.+)\\.py$ -> \\
    default pkg.tmp.x %<1> >
depend type=require-any fmri=a fmri=pkg:/b@2 variant.arch=i386 facet.doc=true

dir  path=etc\tmode=0755
link path=l target=$(T) mediator=python mediator-version=3.12
user username=u passwd=x
file path=a"b=c d='`;

suite('line reader', () => {
  const cases: readonly [name: string, text: string, read: unknown][] = [
    ['payload and attributes', 'file p path=a b=c', { payload: 'p', attributes: { path: 'a', b: 'c' } }],
    ['only the first word is payload', 'file path=a p', { bare: ['p'], attributes: { path: 'a' } }],
    ['tabs and several blanks separate', 'dir\tpath=a \t b=c', { attributes: { path: 'a', b: 'c' } }],
    ['quotes are taken off', `set a="b c" d='e "f"'`, { attributes: { a: 'b c', d: 'e "f"' } }],
    ['escapes inside quotes', String.raw`set a="\"\\\n\'"`, { attributes: { a: String.raw`"\\n\'` } }],
    [
      'quotes inside a bare value are literal',
      'set a=b"c" d=\'e\'f=g',
      { attributes: { a: 'b"c"', d: 'e', f: 'g' } },
    ],
    ['quoted values in a row are joined', `set a='b' "c"  'd'`, { attributes: { a: 'bcd' } }],
    ['joined across a continuation', `set a='b' \\\n  "c"`, { attributes: { a: 'bc' } }],
    [
      'backslashes outside quotes are literal',
      String.raw`set a=\.so\b`,
      { attributes: { a: String.raw`\.so\b` } },
    ],
    ['a continuation separates after a blank', 'set a=b \\\n   c=d', { attributes: { a: 'b', c: 'd' } }],
    ['a continuation glues without one', 'set a=b\\\n   c', { attributes: { a: 'bc' } }],
    [
      'a continuation inside quotes drops the indentation',
      'set a="b \\\n   c"',
      { attributes: { a: 'b c' } },
    ],
    ['a continuation inside a name', 'set na\\\nme=b', { attributes: { name: 'b' } }],
    ['CR LF ends lines and continuations', 'set a=b \\\r\n c=d\r\n', { attributes: { a: 'b', c: 'd' } }],
    ['a lone CR ends a line, too', 'set a=b \\\r c=d', { attributes: { a: 'b', c: 'd' } }],
    ['a value may contain and end in =', 'set a=b=c d=e=', { attributes: { a: 'b=c', d: 'e=' } }],
    ['an open quote reaches to the end', 'set a="b c=d', { attributes: { a: 'b c=d' } }],
    ['macros before the type', '$(A)$(B)set a=b', { prefix: '$(A)$(B)', attributes: { a: 'b' } }],
    ['a macro as attribute list', 'set a=b $(MORE)', { bare: ['$(MORE)'], attributes: { a: 'b' } }],
    ['a macro before a name', 'set $(X)a=b', { attributes: { '$(X)a': 'b' } }],
    ['an unfinished continuation', 'set a=b \\', { attributes: { a: 'b' } }],
  ];
  for (const [name, text, expected] of cases) test(name, () => assert.deepEqual(shape(text), expected));

  test('kinds of lines', () => {
    const kinds = '# c\n\n$(X)# c\n<include a>\n$(X)<transform -> drop>\n<x\nfile path=a\nfoo\n$(X)\n';
    assert.deepEqual(
      readLines(kinds).lines.map(line => line.kind),
      ['comment', 'blank', 'comment', 'include', 'transform', 'unknown', 'action', 'unknown', 'unknown'],
    );
  });

  test('an include knows its file, with quotes or without', () => {
    const files = readLines('<include a/b.inc>\n<include "c d">\n').lines.map(
      line => line.kind === 'include' && line.file,
    );
    assert.deepEqual(files, ['a/b.inc', 'c d']);
  });

  test('spans are those of the source', () => {
    const text = 'file p path="a b" \\\n  c=d\n';
    const [line] = readLines(text).lines;
    const action = line as Action;
    const part = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);
    assert.deepEqual(action.attributes.map(part), ['path="a b"', 'c=d']);
    assert.deepEqual(
      action.attributes.map(one => text.slice(one.valueStart, one.end)),
      ['"a b"', 'd'],
    );
    assert.equal(text.slice(action.start, action.contentEnd), text.trimEnd());
    assert.equal(action.payload && part(action.payload), 'p');
  });

  test('a line knows its number, continuations counted', () => {
    assert.deepEqual(
      readLines('a\n# \\\n#\n\nset a=b').lines.map(line => line.line),
      [0, 1, 3, 4],
    );
  });
});

suite('line reader on broken input', () => {
  test('every prefix of a sample', () => {
    for (let end = 0; end <= SAMPLE.length; end++) assertWhole(SAMPLE.slice(0, end));
  }).timeout(20_000);

  test('every character of a sample replaced', () => {
    for (let at = 0; at < SAMPLE.length; at++) {
      for (const put of ['"', '\\', '\n', '=', '$('])
        assertWhole(SAMPLE.slice(0, at) + put + SAMPLE.slice(at + 1));
    }
  }).timeout(20_000);

  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), assertWhole));
  }).timeout(20_000);

  test('any text of the grammar', () => {
    const words = fc.constantFrom(
      ...[
        'file',
        'set',
        'depend',
        ' ',
        '\t',
        '\\\n',
        '\\ \r\n',
        '\n',
        '=',
        'path=',
        'a',
        '"',
        "'",
        '\\',
        '#',
        '$(X)',
        '$(',
      ],
      ...[
        '<transform',
        '->',
        '>',
        '<include ',
        'fmri=',
        'type=',
        'variant.arch=',
        'name=',
        'value=',
        '\r',
        '\ufeff',
        '\v',
      ],
    );
    const texts = fc.array(words, { maxLength: 40 }).map(parts => parts.join(''));
    fc.assert(fc.property(texts, assertWhole), { numRuns: 1000 });
  }).timeout(20_000);

  for (const [name, hostile] of [
    ['quotes', 'set a='.padEnd(200_000, '"')],
    ['backslashes', 'set a='.padEnd(200_000, '\\')],
    ['continuations', `set a=b${' \\\n'.repeat(70_000)}`],
    ['attributes', `file${' path=a'.repeat(30_000)}`],
    ['bare words', `dir${' a'.repeat(100_000)}`],
    ['macros', `set a=${'$('.repeat(100_000)}`],
    ['one path', 'file path=a\n'.repeat(20_000)],
    ['one license', '$(x)license license=a\n'.repeat(10_000)],
    ['lone returns', `${'a\n'.repeat(50_000)}\r${'b\n'.repeat(50_000)}`],
    ['form feeds', '\f'.repeat(200_000)],
  ] as const) {
    test(`200 KB of ${name} take less than two seconds`, () => {
      assert.ok(cpuTime(() => assertWhole(hostile)) < 2000);
    }).timeout(20_000);
  }
});

/** The lines tile the text, tokens lie in them in order, faults lie in the text. */
function assertWhole(text: string): void {
  const { lines, faults } = parseP5m(text, { path: '/w/a.p5m', macros: { X: '#', A: '$(A)b' } });
  let at = 0;
  for (const line of lines) {
    if (line.start !== at || line.end <= at || line.contentEnd > line.end)
      assert.fail(`tiling of ${JSON.stringify(text)}`);
    if (line.kind === 'action') assertTokens(line, text);
    at = line.end;
  }
  assert.equal(at, text.length);
  for (const { span, message } of faults) {
    assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length, message);
  }
}

function assertTokens(line: Action, text: string): void {
  const tokens = [...line.attributes, ...line.bare, ...(line.payload ? [line.payload] : [])];
  let at = line.typeStart + line.type.length;
  for (const token of tokens.sort((a, b) => a.start - b.start)) {
    if (token.start < at || token.end < token.start || token.end > line.end)
      assert.fail(`tokens of ${JSON.stringify(text)}`);
    at = token.end;
  }
}

function shape(text: string): unknown {
  const [line] = readLines(text).lines as readonly (Line & Action)[];
  assert.equal(line?.kind, 'action');
  return {
    ...(line.prefix && { prefix: line.prefix }),
    ...(line.payload && { payload: line.payload.value }),
    ...(line.bare.length > 0 && { bare: line.bare.map(word => word.value) }),
    attributes: Object.fromEntries(line.attributes.map(({ key, value }) => [key, value])),
  };
}
