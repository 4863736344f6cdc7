import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { statusHtml } from '../../client/src/report/html/status-html.ts';
import { projectRoot } from '../host/project-root.ts';
import { scratchDirectory } from '../host/suite-program.ts';
import { browserArguments } from '../host/workbench.ts';
import { eventually } from '../support/processes.ts';
import { statusSample } from '../support/status-sample.ts';

/** How a reader may look at the page. */
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'high contrast': { forcedColors: 'active' },
};

/** What the editor puts on a page of its views. */
const THEMES: Readonly<Record<string, readonly [className: string, ground: string, text: string]>> = {
  'a dark theme': ['vscode-dark', '#1f1f1f', '#cccccc'],
  'a light theme': ['vscode-light', '#ffffff', '#3b3b3b'],
  'a high contrast theme': ['vscode-high-contrast', '#000000', '#ffffff'],
};

/** The sites report in a real browser. */
export function reportSuite(executablePath: string): void {
  suite('the sites report in a browser', () => {
    const scratch = scratchDirectory();
    const shots = join(projectRoot, 'out-test/shots/report');
    let browser: Browser;
    let context: BrowserContext | undefined;

    suiteSetup(async () => {
      browser = await chromium.launch({ executablePath, args: browserArguments });
      mkdirSync(shots, { recursive: true });
    });
    teardown(async () => {
      await context?.close();
      context = undefined;
    });
    suiteTeardown(async () => {
      await browser.close();
      rmSync(scratch, { recursive: true, force: true });
    });

    async function open(sites: number, packages: number, options: BrowserContextOptions = {}): Promise<Page> {
      const path = join(scratch, `${sites}.html`);
      writeFileSync(path, statusHtml(statusSample(sites, packages)));
      context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
      const page = await context.newPage();
      await page.goto(pathToFileURL(path).href);
      return page;
    }

    for (const [sites, packages] of [
      [3, 8],
      [30, 60],
    ] as const) {
      for (const [look, options] of Object.entries(LOOKS))
        test(`${sites} sites, ${look}: nothing bars anyone from reading it`, async () => {
          const page = await open(sites, packages, { ...options, bypassCSP: true });
          await page.screenshot({
            path: join(shots, `${sites}-${look.replace(' ', '-')}.png`),
            fullPage: true,
          });
          assert.deepEqual(await violations(page), []);
        });

      for (const [theme, [className, ground, text]] of Object.entries(THEMES))
        test(`${sites} sites, in ${theme} of the editor: nothing bars anyone from reading it`, async () => {
          // The editor's theme wins over what the system says.
          const colorScheme = className === 'vscode-light' ? 'dark' : 'light';
          const page = await open(sites, packages, { colorScheme, bypassCSP: true });
          await page.evaluate(`document.body.className = '${className}';
            document.documentElement.style.setProperty('--vscode-editor-background', '${ground}');
            document.documentElement.style.setProperty('--vscode-editor-foreground', '${text}');`);
          await page.screenshot({ path: join(shots, `${sites}-${className}.png`) });
          assert.deepEqual(await violations(page), []);
        });
    }

    test('1,000 sites are shown in every look', async () => {
      for (const [look, options] of Object.entries(LOOKS)) {
        const page = await open(1000, 500, options);
        await page.screenshot({ path: join(shots, `1000-${look.replace(' ', '-')}.png`) });
        assert.equal(await page.locator('article').count(), 1000);
        await context?.close();
      }
    });

    test('the policy lets the style through and no script', async () => {
      const page = await open(3, 8);
      assert.equal(
        await page.evaluate("getComputedStyle(document.querySelector('.skip')).position"),
        'absolute',
      );
      await page.evaluate(`const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.head.append(script);
        document.body.insertAdjacentHTML('beforeend', '<p id="styled" style="position: fixed">x</p>');`);
      assert.equal(await page.evaluate('window.ran'), undefined);
      assert.equal(
        await page.evaluate("getComputedStyle(document.getElementById('styled')).position"),
        'static',
      );
    });

    test('by keyboard, the first stop leads past the navigation, and tables scroll', async () => {
      const page = await open(30, 60);
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the report');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate('document.activeElement.id'), 'main');
      const matrix = page.locator('section.scroll', { has: page.locator('table.matrix') });
      await matrix.focus();
      await page.keyboard.press('End');
      const scrolled = "document.querySelector('section.scroll:has(.matrix)').scrollTop > 0";
      await eventually('the matrix to scroll', () => page.evaluate<boolean>(scrolled));
    });

    for (const width of [1400, 500])
      test(`nothing but tables is wider than a window of ${width} pixels`, async () => {
        const page = await open(30, 60, { viewport: { width, height: 900 } });
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      });

    test('a matrix of 30 sites fits on paper', async () => {
      // A4 across, without its margins, at 96 pixels an inch.
      const page = await open(30, 60, { viewport: { width: 1046, height: 718 } });
      await page.emulateMedia({ media: 'print' });
      await page.screenshot({ path: join(shots, '30-print.png'), fullPage: true });
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 1046);
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      assert.ok(pdf.length > 0);
    });
  });
}

const AXE = readFileSync(join(projectRoot, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** What the accessibility engine finds, folded parts included: the rule and the first place. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true;");
  await page.evaluate(AXE);
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ' at ' + nodes.length + ' places: ' + nodes[0].html.slice(0, 160) + ' ' + nodes[0].failureSummary))`);
}
