import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HtmlInput } from '../../../client/src/report/html/html-input.ts';
import { statusHtml } from '../../../client/src/report/html/status-html.ts';
import { type ParsedPage, parsedPage } from '../../support/parsed-page.ts';
import { htmlInput, siteStatus } from '../../support/site-status.ts';

/** What a site may send in place of any text. */
const CORPUS: Readonly<Record<string, string>> = {
  'an element': '<script>alert(1)</script>',
  'an image': '<img src=x onerror=alert(1)>',
  'an end tag and more': '</td></table></main><h1>owned</h1>',
  'the end of a raw text': '</style><script>alert(1)</script>',
  'the end of a title': '</title><base href=//evil>',
  'a comment': '<!-- x',
  'the end of a comment': '--><b>x',
  'a CDATA section': '<![CDATA[<b>x</b>]]>',
  'a processing instruction': '<?xml version="1.0"?>',
  'an attribute in double quotes': '" onmouseover="alert(1)',
  'an attribute in single quotes': "' onmouseover='alert(1)",
  'an attribute without quotes': 'x onfocus=alert(1) autofocus',
  'the end of a tag': '"><svg onload=alert(1)>',
  'an entity': '&lt;b&gt;&#60;b&#62;&NotEqualTilde;',
  'half an entity': '&#x3c',
  'a script address': 'javascript:alert(1)',
  'a script address in disguise': 'java\tscript:alert(1)//',
  'a data address': 'data:text/html,<script>alert(1)</script>',
  'a command of the editor': 'command:workbench.action.terminal.new',
  'a style': 'background:url(//evil);}</style>',
  'a style expression': '};*{display:none}/*',
  'a policy': "'unsafe-inline' *; script-src *",
  'a template of ours': '${alert(1)}',
  'a NUL': '\0<\0script>',
  'terminal escapes': '\u001b]0;x\u0007\u001b[2J',
  'control characters': '\u0001\u0008\u000b\u000c\u001f\u007f\u0085\u009f',
  'line ends': 'a\r\nb\u2028c\u2029d',
  'directions of writing': '\u202e\u2066gnp.exe\u2069\u200f',
  'half a surrogate pair': '\ud800<b>\udfff',
  'no characters': '\ufffe\uffff\u{1ffff}\ufdd0',
  'a byte order mark': '\ufeff<b>',
  'look-alikes': '＜script＞ ‹b›',
  'UTF-7': '+ADw-script+AD4-',
  'a single quote': "'",
  'a backtick': '`onload=alert(1)`',
  'names of objects': '__proto__',
  'the constructor': 'constructor',
};

/** Texts that are cut; two that differ at their ends become one cause. */
const LONG: Readonly<Record<string, string>> = {
  'something long': '<b>'.repeat(5000),
  'long accents': `a${'\u0300'.repeat(5000)}`,
  'long entities': '&'.repeat(5000),
};

const ALLOWED = new Set(
  'html head meta title style body a header h1 p time nav ul li main section h2 h3 h4 svg rect path span div dl dt dd table caption thead tbody tr th td details summary article code strong figure figcaption footer'.split(
    ' ',
  ),
);
const ALLOWED_ATTRIBUTES = new Set(
  'lang charset http-equiv content name class href id aria-label aria-labelledby aria-hidden tabindex role scope datetime viewBox preserveaspectratio preserveAspectRatio x y width height d open rel'.split(
    ' ',
  ),
);

suite('report page: hostile sites', () => {
  const inert = skeleton(parsedPage(statusHtml(everywhere('«inert words»'))));

  test('the values reach the page at all', () => {
    const page = statusHtml(everywhere('«inert words»'));
    assert.ok(page.split('«inert words»').length > 60);
  });

  for (const [what, value] of Object.entries(CORPUS))
    test(`${what} in every field leaves the page’s elements and attributes as they are`, () => {
      const page = parsedPage(statusHtml(everywhere(value)));
      assert.deepEqual(page.errors, []);
      assert.deepEqual(skeleton(page), inert);
      harmless(page);
    });

  // A pattern that means something else makes other rows, but never other elements.
  for (const [what, value] of Object.entries({ ...CORPUS, ...LONG }))
    test(`${what} as a wanted pattern, too, makes no new element or attribute`, () => {
      const page = parsedPage(statusHtml(everywhere(value, [value, `x${value}`])));
      assert.deepEqual(page.errors, []);
      harmless(page);
    });

  test('any text in every field leaves the elements and attributes as they are', () => {
    // Empty texts are left out, and addresses of the web become links, as they should.
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(text, value => {
        const page = parsedPage(statusHtml(everywhere(value)));
        assert.deepEqual(page.errors, []);
        assert.deepEqual(skeleton(page), inert);
      }),
      { numRuns: 60 },
    );
  });

  test('addresses that are followed stay the only thing that differs', () => {
    const url = 'https://example.org/"onclick="x';
    const page = parsedPage(statusHtml(everywhere(url)));
    harmless(page);
    const links = page.elements.filter(({ attributes }) => attributes.href?.startsWith('http'));
    assert.ok(links.length > 0);
    for (const { attributes } of links) assert.deepEqual(Object.keys(attributes), ['href', 'rel']);
  });
});

/** Elements in their order and depth, each with the names of its attributes. */
function skeleton(page: ParsedPage): readonly string[] {
  return page.elements.map(
    ({ name, depth, attributes }) => `${' '.repeat(depth)}${name} ${Object.keys(attributes).join(' ')}`,
  );
}

function harmless(page: ParsedPage): void {
  for (const { name, attributes } of page.elements) {
    assert.ok(ALLOWED.has(name), `element ${name}`);
    for (const [attribute, value] of Object.entries(attributes)) {
      assert.ok(ALLOWED_ATTRIBUTES.has(attribute), `attribute ${attribute} of ${name}`);
      if (attribute === 'href') assert.match(value, /^(?:#[a-z]+(?:-\w+)*|https?:\/\/.*)$/);
      if (attribute === 'id') assert.match(value, /^[a-z]+(?:-\w+)*$/);
    }
  }
}

/** A report with a value in every field that is a text, in every list and in every state that is drawn differently. */
function everywhere(value: string, wanted: readonly string[] = []): HtmlInput {
  const full = {
    // Never a name that could be typed as it is: those get a command.
    name: `«${value}`,
    tags: [value],
    reason: value,
    since: value,
    checkedAt: value,
    job: {
      id: value,
      verb: 'install' as const,
      packages: [value],
      dryRun: true,
      state: 'failed' as const,
      reason: value,
      since: value,
      ticket: value,
      actions: [
        {
          verb: 'install' as const,
          package: value,
          from: value,
          outcome: 'failed' as const,
          code: value,
          text: value,
        },
      ],
      repairs: [{ code: value, package: value, outcome: 'failed' as const, text: value }],
    },
    area: { path: value, freeKiB: 1, writable: false, setgid: true, groupWritable: true, group: value },
    pkgsrc: { state: 'present' as const, prefix: value, database: value, tools: value },
    packages: [{ name: value, version: value, automatic: true }],
    vulnerabilities: [{ package: value, type: value, url: value }],
    problems: [
      { code: value, package: value, text: value },
      { code: 'wanted-missing', package: value, text: value },
    ],
  };
  const states = ['vulnerable', 'failed', 'ok', 'maintenance', 'unaudited'] as const;
  return htmlInput(
    states.map(state => siteStatus({ ...full, state, audit: state === 'unaudited' ? 'error' : 'checked' })),
    {
      faults: [{ path: value, line: 1, column: 2, site: value, message: value }],
      previous: new Map([
        [`«${value}`, 'ok'],
        [`${value} that is gone`, 'ok'],
      ]),
      history: new Map([[`«${value}`, [{ at: value, state: 'ok' }]]]),
      wanted: new Map([[`«${value}`, wanted]]),
      newest: new Map([[value, value]]),
    },
  );
}
