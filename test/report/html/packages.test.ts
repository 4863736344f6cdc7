import assert from 'node:assert/strict';
import { statusHtml } from '../../../client/src/report/html/status-html.ts';
import { namesMeant, wishJudge } from '../../../client/src/report/html/wishes.ts';
import { elementsOf, parsedPage } from '../../support/parsed-page.ts';
import { htmlInput, siteStatus } from '../../support/site-status.ts';
import { statusSample } from '../../support/status-sample.ts';

const has = (name: string, ...versions: readonly string[]) =>
  versions.map(version => ({ name, version, automatic: false }));

suite('report packages: the matrix', () => {
  const sites = [
    siteStatus({ name: 'new', packages: has('greet', '2.0') }),
    siteStatus({ name: 'old', packages: has('greet', '1.9') }),
    siteStatus({ name: 'drifts', packages: has('greet', '1.10') }),
    siteStatus({ name: 'lacks', packages: [] }),
    siteStatus({ name: 'free', packages: [] }),
    siteStatus({ name: 'unseen', packages: null, state: 'missing' }),
    siteStatus({
      name: 'hurt',
      packages: has('greet', '2.0'),
      state: 'vulnerable',
      vulnerabilities: [{ package: 'greet-2.0', type: 't', url: 'u' }],
    }),
  ];
  const wanted = new Map([
    ['drifts', ['greet>=2']],
    ['lacks', ['greet-[0-9]*']],
  ]);
  const page = parsedPage(statusHtml(htmlInput(sites, { wanted })));
  const row = page.elements.findIndex(
    ({ name, attributes }) => name === 'tr' && attributes.id === 'package-1',
  );
  const cells = page.elements
    .slice(row + 1)
    .filter(({ name }) => name === 'td')
    .slice(0, sites.length + 1);

  const expected: readonly [what: string, text: string, className: string][] = [
    ['the newest version is named', '2.0', 'newest'],
    ['a site that has it', '2.0 ✓', 'good'],
    ['a site with an older one', '1.9 ↓older', 'rest'],
    ['a site whose version is not the wanted one', '1.10 ≠drift', 'poor'],
    ['a site that lacks what it wants', '✗missing', 'poor'],
    ['a site that neither has nor wants it', '–', 'none'],
    ['a site whose packages were never seen', '? not known', 'unknown'],
    ['a site whose version is vulnerable', '2.0 ⚠\ufe0evulnerable', 'bad'],
  ];
  for (const [at, [what, text, className]] of expected.entries())
    test(what, () => {
      assert.equal(cells[at]?.text, text);
      assert.equal(cells[at]?.attributes.class, className);
    });

  test('a newer version of the repository makes all that is installed older', () => {
    const source = statusHtml(htmlInput([siteStatus()], { newest: new Map([['greet', '1.2']]) }));
    assert.match(source, /<td class="newest">1\.2<\/td><td class="rest">1\.1 /);
  });

  test('an older version of the repository does not', () => {
    const source = statusHtml(htmlInput([siteStatus()], { newest: new Map([['greet', '1.0']]) }));
    assert.match(source, /<td class="newest">1\.1<\/td><td class="good">1\.1 ✓<\/td>/);
  });

  test('packages with something to do are listed, those of most sites first', () => {
    const all = has('a', '1').concat(has('b', '1'), has('c', '1'));
    const flaw = (name: string) => ({ package: `${name}-1`, type: 't', url: 'u' });
    const sick = (name: string, ...flaws: readonly string[]) =>
      siteStatus({ name, packages: all, state: 'vulnerable', vulnerabilities: flaws.map(flaw) });
    const source = statusHtml(htmlInput([sick('x', 'b'), sick('y', 'b', 'c')]));
    const table = /<table class="ranking">[\s\S]*?<\/table>/.exec(source)?.[0] ?? '';
    const rows = elementsOf(parsedPage(table), 'tr').map(({ text }) => text);
    assert.deepEqual(rows.slice(1), ['b1all 22 x, y–––', 'c1all 21 y–––']);
  });
});

suite('report packages: size decides the form', () => {
  test('20,000 cells are a matrix', () => {
    const page = parsedPage(statusHtml(statusSample(200, 100)));
    assert.equal(elementsOf(page, 'table', 'matrix').length, 1);
    assert.equal(elementsOf(page, 'table', 'versions').length, 0);
  });

  test('more are versions with the number of sites that have them', () => {
    const page = parsedPage(statusHtml(statusSample(201, 100)));
    assert.equal(elementsOf(page, 'table', 'matrix').length, 0);
    const [versions] = elementsOf(page, 'table', 'versions');
    assert.match(versions?.text ?? '', /newest first.*bash[\d.]+ ✓newest × 1\d\d/);
    assert.equal(elementsOf(page, 'article').length, 201);
  });

  test('of many sites and few packages the sites are the rows', () => {
    const page = parsedPage(statusHtml(statusSample(100, 5)));
    const [matrix] = elementsOf(page, 'table', 'matrix');
    assert.match(matrix?.text ?? '', /^The version of every package at every site Site/);
  });
});

suite('report packages: wanted patterns', () => {
  const names: readonly [pattern: string, names: readonly string[]][] = [
    ['greet', ['greet']],
    ['greet>=1.1', ['greet']],
    ['greet>=1.1<2', ['greet']],
    ['greet-1.1', ['greet', 'greet-1.1']],
    ['greet-[0-9]*', ['greet', 'greet-[0-9]*']],
    ['lib-greet-1.*', ['lib-greet', 'lib-greet-1.*']],
    ['{a,b}>=1', ['a', 'b']],
    ['gtk2+>=2', ['gtk2+']],
  ];
  for (const [pattern, expected] of names)
    test(`${pattern} means ${expected[0]}`, () => assert.deepEqual(namesMeant(pattern), expected));

  const installed = new Map([
    ['greet', ['1.1']],
    ['py312-yaml', ['6.0']],
  ]);
  const outcomes: readonly [pattern: string, outcome: string][] = [
    ['greet', 'met'],
    ['greet>=1.1', 'met'],
    ['greet>=2', 'drift'],
    ['greet-1.0', 'drift'],
    ['{greet,hello}>=1', 'met'],
    ['hello', 'missing'],
    ['py3*-yaml-[0-9]*', 'met'],
    ['{', 'missing'],
  ];
  for (const [pattern, outcome] of outcomes)
    test(`${pattern} is ${outcome}`, () => assert.equal(wishJudge()(pattern, installed).outcome, outcome));
});
