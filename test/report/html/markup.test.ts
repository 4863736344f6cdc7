import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { html, htmlOf, joined, type Markup, type Piece } from '../../../client/src/report/html/markup.ts';
import { sha256 } from '../../../client/src/report/html/sha256.ts';
import { visible } from '../../../client/src/report/html/visible.ts';
import { webAddress } from '../../../client/src/report/html/web-address.ts';

suite('report markup', () => {
  test('a value in text or in an attribute is escaped; markup is not', () => {
    const inner = html`<b>${'<i>&"\''}</b>`;
    assert.equal(htmlOf(inner), '<b>&lt;i&gt;&amp;&quot;&#39;</b>');
    assert.equal(
      htmlOf(html`<p class="${'" onclick="x'}">${inner}</p>`),
      `<p class="&quot; onclick=&quot;x">${htmlOf(inner)}</p>`,
    );
    assert.equal(htmlOf(joined([html`a`, html`<br>`])), 'a<br>');
  });

  test('nothing and numbers are written as such', () =>
    assert.equal(htmlOf(html`<p>${undefined}${12}${[html`x`]}</p>`), '<p>12x</p>'));

  test('a value outside of quotes in a tag is an error of the program', () => {
    assert.throws(() => html`<p ${'x'}>`, /outside of quotes/);
    assert.throws(() => html`<p class=${'x'}>`, /outside of quotes/);
  });

  test('a whole address has to be checked first', () => {
    assert.throws(() => html`<a href="${'https://example.org/'}">x</a>`, /checked/);
    assert.equal(
      htmlOf(html`<a href="${webAddress('https://example.org/?a&b')}">x</a>`),
      '<a href="https://example.org/?a&amp;b">x</a>',
    );
  });

  test('what looks like markup but was read from JSON is none', () => {
    const forged = JSON.parse('{"html": "<script>", "href": "javascript:x", "Symbol(markup)": "<script>"}');
    assert.throws(() => html`<p>${forged as Piece as Markup}</p>`);
  });
});

suite('report addresses', () => {
  const refused = [
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    'command:workbench.action.quit',
    'vscode://x/y',
    '//example.org/x',
    '/x',
    '#x',
    '',
    'https://',
    'https://user@example.org/',
    'https://good.example.org:pw@evil.example.org/',
    'https://exa mple.org/',
    'https://ex\u202eample.org/',
    `https://example.org/${'x'.repeat(3000)}`,
  ];
  for (const text of refused)
    test(`${JSON.stringify(text.slice(0, 60))} is not linked`, () =>
      assert.equal(webAddress(text), undefined));

  test('an address of the web is, in its canonical spelling', () => {
    assert.equal(webAddress('HTTPS://Example.org')?.href, 'https://example.org/');
    assert.equal(webAddress('http://example.org/a?b=c#d')?.href, 'http://example.org/a?b=c#d');
  });
});

suite('report texts', () => {
  const cases: readonly [what: string, text: string, shown: string][] = [
    ['plain text', 'greet 1.1', 'greet 1.1'],
    ['letters of all languages', 'Süd 北 Юг', 'Süd 北 Юг'],
    ['line ends', 'a\r\nb\tc', 'a b c'],
    ['a terminal escape', '\u001b[2J', '[U+001B][2J'],
    ['a change of direction', 'a\u202etxt.exe', 'a[U+202E]txt.exe'],
    ['a character without width', 'gre\u200bet', 'gre[U+200B]et'],
    ['half a surrogate pair', 'a\ud800b', 'a[U+D800]b'],
    ['no character', 'a\uffffb', 'a[U+FFFF]b'],
    ['a heap of accents', `a${'\u0301'.repeat(50)}b`, `a${'\u0301'.repeat(3)}b`],
    ['a NUL', 'a\0b', 'a[U+0000]b'],
  ];
  for (const [what, text, shown] of cases) test(what, () => assert.equal(visible(text, 100), shown));

  test('a long text is cut, and never through a character', () => {
    assert.equal(visible('x'.repeat(101), 100), `${'x'.repeat(99)}…`);
    assert.equal(visible('😀'.repeat(100), 100), `${'😀'.repeat(49)}…`);
    assert.ok(visible('\0'.repeat(1_000_000), 100).length <= 100);
  });
});

suite('report sha256', () => {
  test('is what the platform computes, at every length around a block', () => {
    for (let length = 0; length < 140; length++) {
      const text = 'aé北'.repeat(50).slice(0, length);
      assert.equal(sha256(text), createHash('sha256').update(text).digest('base64'), `length ${length}`);
    }
  });
});
