import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { HtmlValidate } from 'html-validate';
import { policy } from '../../../client/src/report/html/page.ts';
import { statusHtml } from '../../../client/src/report/html/status-html.ts';
import { elementsOf, type ParsedPage, parsedPage } from '../../support/parsed-page.ts';
import { htmlInput, siteStatus } from '../../support/site-status.ts';
import { statusSample } from '../../support/status-sample.ts';

const SIZES: readonly (readonly [sites: number, packages: number])[] = [
  [0, 0],
  [1, 1],
  [3, 8],
  [30, 60],
  [130, 10],
  [150, 200],
];

const pageOf = (...input: Parameters<typeof htmlInput>) => parsedPage(statusHtml(htmlInput(...input)));
const texts = (page: ParsedPage, name: string, className?: string) =>
  elementsOf(page, name, className).map(({ text }) => text);

suite('report page: the document', () => {
  for (const [sites, packages] of SIZES) {
    const source = statusHtml(statusSample(sites, packages));
    const page = parsedPage(source);

    test(`${sites} sites and ${packages} packages: a parser finds no fault in the page`, () =>
      assert.deepEqual(page.errors, []));

    test(`${sites} sites and ${packages} packages: no heading skips a level, no identifier comes twice`, () => {
      const levels = page.elements.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []));
      assert.equal(levels[0], 1);
      assert.equal(levels.filter(level => level === 1).length, 1);
      for (const [at, level] of levels.entries())
        assert.ok(
          level <= (levels[at - 1] ?? 0) + 1,
          `heading ${at} skips from ${levels[at - 1]} to ${level}`,
        );
      const ids = page.elements.flatMap(({ attributes }) => attributes.id ?? []);
      assert.equal(new Set(ids).size, ids.length);
    });

    test(`${sites} sites and ${packages} packages: every link within the page leads somewhere`, () => {
      const ids = new Set(page.elements.flatMap(({ attributes }) => attributes.id ?? []));
      const links = elementsOf(page, 'a').map(({ attributes }) => attributes.href ?? '');
      assert.deepEqual(
        links.filter(link => link.startsWith('#') && !ids.has(link.slice(1))),
        [],
      );
    });

    test(`${sites} sites and ${packages} packages: tables have headers with scopes, and scroll by keyboard`, () => {
      for (const { attributes } of elementsOf(page, 'th'))
        assert.match(attributes.scope ?? '', /^(?:col|row)$/);
      const scrolls = elementsOf(page, 'section', 'scroll');
      for (const { attributes } of scrolls) {
        assert.equal(attributes.tabindex, '0');
        assert.ok(attributes['aria-label']);
      }
      const labels = scrolls.map(({ attributes }) => attributes['aria-label']);
      assert.equal(new Set(labels).size, labels.length);
      assert.equal(elementsOf(page, 'caption').length, scrolls.length);
    });

    // The validator needs seconds for pages of megabytes, which are made of the same templates.
    if (sites * packages > 2000) continue;
    test(`${sites} sites and ${packages} packages: nor does a validator`, async () => {
      const { results } = await new HtmlValidate({
        root: true,
        extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
        rules: {
          // Matters of taste, and of where a line ends.
          'long-title': 'off',
          'no-trailing-whitespace': 'off',
          'doctype-style': 'off',
          'text-content': 'off',
        },
      }).validateString(source);
      const messages = results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message, line }) => `${ruleId} in line ${line}: ${message}`),
      );
      assert.deepEqual([...new Set(messages)].slice(0, 10), []);
    });
  }

  test('the policy allows the one style sheet by its hash, and nothing else', () => {
    const page = pageOf([siteStatus()]);
    const meta = elementsOf(page, 'meta').find(({ attributes }) => attributes['http-equiv']);
    assert.equal(meta?.attributes.content, policy);
    const source = statusHtml(htmlInput([siteStatus()]));
    const style = /<style>([\s\S]*?)<\/style>/.exec(source)?.[1] ?? '';
    assert.equal(elementsOf(page, 'style').length, 1);
    const hash = createHash('sha256').update(style).digest('base64');
    assert.equal(
      policy,
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    assert.doesNotMatch(style, /url\(|@import|expression/);
  });

  test('the same facts give the same bytes', () =>
    assert.equal(statusHtml(statusSample(40, 30)), statusHtml(statusSample(40, 30))));

  test('title and heading name the VO and how many sites are bad', () => {
    const page = pageOf([siteStatus(), siteStatus({ name: 'south', state: 'lost' })]);
    assert.deepEqual(texts(page, 'title'), ['atlas: 1 of 2 sites needs attention']);
    assert.deepEqual(texts(page, 'h1'), ['atlas: 1 of 2 sites needs attention']);
    assert.equal(elementsOf(page, 'time')[0]?.attributes.datetime, '2026-11-20T16:02:11.480Z');
  });
});

suite('report page: sites', () => {
  test('missing and maintenance have their tile also when no site has them', () => {
    const tiles = texts(pageOf([siteStatus()]), 'li', 'tile').slice(0, 3);
    assert.deepEqual(tiles, ['0 ○ missing', '0 ‖ maintenance', '1 ✓ ok']);
  });

  test('the worst states come first, and sites by name within a state', () => {
    const page = pageOf([
      siteStatus({ name: 's10' }),
      siteStatus({ name: 's2' }),
      siteStatus({ name: 'm', state: 'maintenance' }),
      siteStatus({ name: 'b', state: 'unreachable' }),
    ]);
    assert.deepEqual(
      elementsOf(page, 'article').map(({ text }) => text.split(' ')[0]),
      ['b', 'm', 's2', 's10'],
    );
  });

  test('a bad site says why and what to type', () => {
    const [article] = elementsOf(
      pageOf([siteStatus({ state: 'incomplete', reason: 'greet>=2 is wanted' })]),
      'article',
    );
    assert.match(
      article?.text ?? '',
      /^north ◐ incomplete greet>=2 is wanted What to do: Install what is missing: packwright sites install --site north/,
    );
  });

  test('a name that a shell would understand stands in no command', () => {
    const [article] = elementsOf(pageOf([siteStatus({ name: 'a;reboot', state: 'missing' })]), 'article');
    assert.doesNotMatch(article?.text ?? '', /packwright sites/);
  });

  test('a vulnerability links to where one reads more; an address of another kind is only shown', () => {
    const page = pageOf([
      siteStatus({
        state: 'vulnerable',
        vulnerabilities: [
          { package: 'a-1', type: 't', url: 'https://example.org/adv/4' },
          { package: 'b-1', type: 't', url: 'javascript:alert(1)' },
        ],
      }),
    ]);
    const outward = elementsOf(page, 'a').filter(({ attributes }) => !attributes.href?.startsWith('#'));
    assert.deepEqual(
      outward.map(({ attributes }) => attributes),
      [{ href: 'https://example.org/adv/4', rel: 'noopener noreferrer' }],
    );
    assert.ok(texts(page, 'td').includes('javascript:alert(1)'));
  });

  test('the history of a site is a picture with words', () => {
    const states = ['ok', 'ok', 'failed'] as const;
    const past = states.map((state, at) => ({ at: `2026-11-1${at}T00:00:00.000Z`, state }));
    const page = pageOf([siteStatus({ state: 'failed' })], { history: new Map([['north', past]]) });
    const [svg] = elementsOf(page, 'svg', 'history');
    assert.equal(svg?.attributes.role, 'img');
    assert.equal(svg?.attributes['aria-label'], 'Last 3 runs: 2 ok, 1 failed; newest: failed');
  });

  test('what is wrong with the sites file is told', () => {
    const faults = [{ path: 'sites.yaml', line: 3, column: 7, message: 'no such key' }];
    assert.ok(texts(pageOf([], { faults }), 'li').includes('sites.yaml:3:7: no such key'));
  });
});

suite('report page: changes', () => {
  test('newly failing, newly mended, new and gone are told apart; what is under way is neither', () => {
    const page = pageOf(
      [
        siteStatus({ name: 'broke', state: 'failed' }),
        siteStatus({ name: 'mended' }),
        siteStatus({ name: 'still', state: 'failed' }),
        siteStatus({ name: 'busy', state: 'running' }),
        siteStatus({ name: 'new' }),
      ],
      {
        previous: new Map([
          ['broke', 'ok'],
          ['mended', 'lost'],
          ['still', 'failed'],
          ['busy', 'failed'],
          ['gone', 'ok'],
        ]),
      },
    );
    assert.deepEqual(texts(page, 'div', 'change'), [
      '▲ Newly failing: 1 broke ✗ failed was ok',
      '▼ Newly mended: 1 mended ✓ ok was lost',
    ]);
    assert.ok(texts(page, 'p').includes('New in the sites file: new.'));
    assert.ok(texts(page, 'p').includes('No longer in the sites file: gone.'));
  });

  test('sites are failing since the first bad run after the last good one', () => {
    const past = (['ok', 'failed', 'running', 'failed'] as const).map((state, at) => ({
      at: `2026-11-1${at + 5}T16:00:00.000Z`,
      state,
    }));
    const page = pageOf([siteStatus({ state: 'failed' })], { history: new Map([['north', past]]) });
    assert.ok(texts(page, 'dt').includes('Failing for three days or longer: 1'));
  });
});
