import assert from 'node:assert/strict';
import { HtmlValidate } from 'html-validate';
import { noticeHtml } from '../../../client/src/report/html/notice-html.ts';
import { runsHtml } from '../../../client/src/report/html/runs-html.ts';
import { type SiteJob, siteHtml } from '../../../client/src/report/html/site-html.ts';
import { elementsOf, parsedPage } from '../../support/parsed-page.ts';
import { htmlInput, siteStatus } from '../../support/site-status.ts';

const EVIL = '</td><script>alert(1)</script>"><img src=x onerror=alert(2)>';
const AT = '2026-11-20T16:02:11.480Z';
const run = { at: AT, beganAt: '2026-11-20T16:00:00.000Z', counts: { ok: 3, failed: 1, [EVIL]: 1 } };
const job: SiteJob = {
  id: EVIL,
  request: EVIL,
  state: EVIL,
  reason: EVIL,
  queuedAt: EVIL,
  endedAt: null,
};

suite('pages of the service', () => {
  const pages: Readonly<Record<string, string>> = {
    'the list of runs': runsHtml(EVIL, [run]),
    'the list of no runs': runsHtml('atlas', []),
    'a site': siteHtml(htmlInput([siteStatus({ name: EVIL, reason: EVIL })]), [job]),
    'a site of which nothing was asked': siteHtml(htmlInput([siteStatus()]), []),
    'a notice': noticeHtml('Not now', EVIL),
  };
  for (const [what, source] of Object.entries(pages))
    test(`${what} is good HTML, whatever it shows`, async () => {
      const page = parsedPage(source);
      assert.deepEqual(page.errors, []);
      assert.deepEqual([...elementsOf(page, 'script'), ...elementsOf(page, 'img')], []);
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
      assert.deepEqual(
        results.flatMap(({ messages }) => messages.map(({ ruleId, line }) => `${ruleId} in line ${line}`)),
        [],
      );
    });

  test('a run is told with its end, its length and its states, the worst first', () => {
    const [row] = elementsOf(parsedPage(runsHtml('atlas', [run])), 'tbody');
    assert.equal(row?.text, '2026-11-20 16:02 UTC2 min51 failed3 ok');
  });
});
