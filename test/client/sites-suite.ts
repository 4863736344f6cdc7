import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { eventually } from '../support/processes.ts';
import { type EditorWindow, openWindow, type WindowOptions } from './editor-window.ts';
import { openSitesLab, type SitesLab } from './sites-lab.ts';

/** What a software manager does all day: see the sites, ask something of them, and know what came of it. */
export function sitesSuite(options: WindowOptions): void {
  suite('sites', () => {
    let lab: SitesLab;
    let window: EditorWindow;
    suiteSetup(async () => {
      lab = await openSitesLab({ slurm: true });
      window = await openWindow('sites', {
        ...options,
        environment: lab.environment,
        source: 'examples/sites',
        prepare: folder => rmSync(join(folder, 'sites.yaml')),
      });
      await openView(window.page);
    });
    suiteTeardown(async () => {
      await window.close();
      await lab.close();
    });
    teardown(async function () {
      if (this.currentTest?.state === 'failed') await window.shot(`failed: ${this.currentTest.title}`);
    });

    const row = (name: RegExp) => rowIn(window.page, name);
    const write = (text: string) => writeFileSync(join(window.folder, 'sites.yaml'), text);

    test('without a sites file the view says what one is', async () => {
      await window.page.getByText('There is no sites file').waitFor();
      await window.shot('1-no-file');
    });

    test('a sites file that appears is shown, and nothing is sent', async () => {
      write(lab.sitesFile);
      await row(/^north, missing/).waitFor();
      await row(/^west, maintenance/).waitFor();
      await window.shot('2-unknown');
    });

    test('probing all sites changes their states, and the badge counts those that fail', async () => {
      await window.page.getByRole('button', { name: 'Probe All Sites' }).first().click();
      // A hint of the button, below a mouse that rests there, would cover the rows.
      await window.page.mouse.move(700, 450);
      await row(/^north, incomplete since/).waitFor();
      await row(/^south, absent since/).waitFor();
      await window.page.getByRole('tab', { name: /^Sites.*2 sites failing/ }).waitFor();
      await window.shot('3-probed');
    });

    test('packages are installed after one question that names them and the sites', async () => {
      await install(window, row(/^north,/), /^greet.*1\.0, older/, () => window.shot('4-packages'));
      const dialog = window.page.locator('.monaco-dialog-box');
      await dialog.getByText('Packages: greet-1.0').waitFor();
      await dialog.getByText('Sites: north').waitFor();
      await window.shot('5-confirm');
      await dialog.getByRole('button', { name: 'Install' }).click();
      await row(/^north, vulnerable since/).waitFor();
    });

    test('a site opens to its packages, vulnerabilities and history', async () => {
      await unfold(row(/^north,/));
      await row(/^1 vulnerable package/).waitFor();
      await unfold(row(/^\d+ packages/));
      await row(/^greet, 1\.0, vulnerable/).waitFor();
      await unfold(row(/^History/));
      await row(/^Job: install greet-1\.0, done/).waitFor();
      await window.shot('6-site');
    });

    test('the report opens beside, without scripts', async () => {
      await window.command('Packwright: Show Site Report');
      await report(window.page).getByRole('heading', { level: 1 }).waitFor();
      assert.equal(await report(window.page).locator('script').count(), 0);
      await window.shot('7-report');
    });

    test('a job that is cancelled ends, nothing has collapsed, and the report tells', async () => {
      await install(window, row(/^south,/), /^slow.*1\.0/);
      await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Install' }).click();
      await row(/^south, running since/).waitFor();
      await window.shot('8-running');
      await row(/^south,/).hover();
      await row(/^south,/)
        .getByRole('button', { name: 'Cancel' })
        .click();
      await row(/^south, cancelled since/).waitFor();
      await row(/^greet, 1\.0, vulnerable/).waitFor();
      await report(window.page).getByText('cancelled').first().waitFor();
      await window.shot('9-cancelled');
    });

    test('a job goes on while the window is loaded anew, and so does the report', async () => {
      await install(window, row(/^south,/), /^slow.*1\.0/);
      await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Install' }).click();
      await row(/^south, running since/).waitFor();
      await window.page.reload();
      await row(/^south, running since/).waitFor();
      await report(window.page).getByRole('heading', { level: 1 }).waitFor();
      lab.release();
      await row(/^south, ok, checked/).waitFor();
      await report(window.page).getByRole('heading', { name: '1 of 3 sites needs attention' }).waitFor();
      await window.shot('10-reloaded');
    });

    test('another window shows the same, whichever of them asks', async () => {
      const other = await window.page.context().newPage();
      other.setDefaultTimeout(30_000);
      await other.goto(window.page.url());
      await openView(other);
      await rowIn(other, /^south, ok, checked/).waitFor();
      await install(window, row(/^south,/), /^greet.*1\.1/);
      await window.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Install' }).click();
      await unfold(rowIn(other, /^south,/));
      await rowIn(other, /^Job: install greet-1\.1|^History, last: install greet-1\.1/)
        .first()
        .waitFor();
      await row(/^south, ok, checked/).waitFor();
      await rowIn(other, /^south, ok, checked/).waitFor();
      await rowIn(other, /^7 packages$/).waitFor();
      await other.close();
    });

    test('the report is written where it is wanted', async () => {
      await palette(window.page, 'Packwright: Export Site Report…');
      const input = window.page.locator('.quick-input-widget input').first();
      const file = join(window.folder, 'sites.html');
      await eventually('the name that is offered', async () => (await input.inputValue()) === file, LONGEST);
      await window.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
      await eventually('the file', () => existsSync(file), LONGEST);
      const written = () => readFileSync(file, 'utf8');
      await eventually('the page', () => /^<!DOCTYPE html>.*<\/html>\n$/s.test(written()), LONGEST);
    });

    test('one site is probed from the palette', async () => {
      await palette(window.page, 'Packwright: Probe Site…');
      await window.page.locator('.quick-input-list').getByText('south', { exact: true }).click();
      await unfold(row(/^south,/));
      await row(/^History, last: probe/).waitFor();
    });

    test('the log tells what became of a job', async () => {
      await unfold(row(/^History, last: probe/));
      await menu(window.page, row(/^Job: install greet-1\.1, done/), 'Show Log');
      await window.line('install greet-1.1').first().waitFor();
      await window.line('report: ok').waitFor();
      await window.shot('11-log');
    });

    for (const [number, theme] of ['Default Dark Modern', 'Default High Contrast'].entries())
      test(`it is readable in the theme ${theme}`, async () => {
        mkdirSync(join(window.folder, '.vscode'), { recursive: true });
        const settings = { 'workbench.colorTheme': theme };
        writeFileSync(join(window.folder, '.vscode/settings.json'), JSON.stringify(settings));
        const kind = ['vs-dark', 'hc-black'][number];
        await window.page.locator(`.monaco-workbench.${kind}`).waitFor();
        await window.command('Packwright: Show Site Report');
        await report(window.page).getByRole('heading', { level: 1 }).waitFor();
        await unfold(row(/^north,/));
        await unfold(row(/^6 packages$/));
        await window.shot(`12-${kind}`);
      });

    test('a site that is described badly is refused, with a problem in the file', async () => {
      const { sites, ...rest } = JSON.parse(lab.sitesFile);
      write(JSON.stringify({ ...rest, sites: [...sites, { name: 'bad', area: 'x' }] }, undefined, 2));
      await row(/^bad, refused/).waitFor();
      await (await window.problems(/absolute/)).first().waitFor();
    });

    test('a broken sites file is told with its problems, and one that is mended is shown', async () => {
      write(lab.sitesFile.replace('"vo"', '"ov"'));
      await window.page.getByText('jobs wait that nobody moves on until it is mended').waitFor();
      await (await window.problems(/vo/)).first().waitFor();
      await window.shot('13-broken');
      write(lab.sitesFile);
      await row(/^north, vulnerable since/).waitFor();
    });

    test('nothing popped up', async () => {
      await window.command('Notifications: Show Notifications');
      assert.equal(await window.page.locator('.notification-list-item').count(), 0);
    });
  });
}

/** Windows stay windows, and no hint covers what is to be clicked. */
const QUIET = { 'workbench.editor.useModal': 'off', 'workbench.hover.delay': 100_000 };

/** What a workspace that its user does not trust can do with sites: nothing. */
export function restrictedSitesSuite(options: WindowOptions): void {
  suite('sites in restricted mode', () => {
    let lab: SitesLab;
    let window: EditorWindow;
    suiteSetup(async () => {
      lab = await openSitesLab();
      window = await openWindow('sites-restricted', {
        ...options,
        restricted: true,
        environment: lab.environment,
        settings: { ...options.settings, ...QUIET },
        source: 'examples/sites',
        prepare: folder => writeFileSync(join(folder, 'sites.yaml'), lab.sitesFile),
      });
      await openView(window.page);
    });
    suiteTeardown(async () => {
      await window.close();
      await lab.close();
    });
    teardown(async function () {
      if (this.currentTest?.state === 'failed') await window.shot(`failed: ${this.currentTest.title}`);
    });

    test('the view says that nothing is sent, and nothing is even kept', async () => {
      await window.page.getByText('In Restricted Mode nothing is read from sites').waitFor();
      await window.shot('1-restricted');
      assert.equal(existsSync(lab.environment.XDG_STATE_HOME ?? ''), false);
    });

    test('once trust is granted the sites are shown, without a reload, and still nothing is sent', async () => {
      await window.page.getByRole('button', { name: 'Manage Workspace Trust' }).click();
      const editor = window.page.locator('.workspace-trust-editor');
      await editor.getByRole('button', { name: 'Trust', exact: true }).click();
      await rowIn(window.page, /^north, missing/).waitFor();
      await window.shot('2-trusted');
    });
  });
}

/** As long as the page waits for what it is to show, in milliseconds. */
const LONGEST = 30_000;

/** Chooses one package for the site of a row, up to the question. */
async function install(
  { page }: EditorWindow,
  row: Locator,
  name: RegExp,
  before?: () => Promise<void>,
): Promise<void> {
  await menu(page, row, 'Install Packages…');
  const entry = page.locator('.quick-input-list').getByRole('checkbox', { name });
  await entry.first().waitFor();
  await before?.();
  await entry.first().click();
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
}

/** The page inside the panel: two frames deep. */
function report(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

async function unfold(row: Locator): Promise<void> {
  await row.click();
  if ((await row.getAttribute('aria-expanded')) !== 'true') await row.press('ArrowRight');
}

/** Runs a command of the palette that asks for more in the same place. */
async function palette(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').first().waitFor();
  await page.keyboard.insertText(title);
  await page
    .locator('.quick-input-list .monaco-list-row.focused')
    .filter({ hasText: title })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
}

async function openView(page: Page): Promise<void> {
  await page.getByRole('tab', { name: /^Sites/ }).click();
}

function rowIn(page: Page, name: RegExp): Locator {
  return page.getByRole('treeitem', { name });
}

async function menu(page: Page, row: Locator, entry: string): Promise<void> {
  await row.click({ button: 'right' });
  await page.locator('.monaco-menu').getByText(entry, { exact: true }).hover();
  await page.keyboard.press('Enter');
}
