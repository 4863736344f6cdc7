import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EditorWindow, openWindow, type WindowOptions } from './editor-window.ts';

/** What an author does all day: see, understand and fix what a manifest and its payload need. */
export function authoringSuite(title: string, options: WindowOptions): void {
  suite(`authoring ${title}`, () => {
    let window: EditorWindow;
    suiteSetup(async () => {
      window = await openWindow(title.replaceAll(' ', '-'), options);
    });
    suiteTeardown(() => window.close());
    teardown(async function () {
      if (this.currentTest?.state === 'failed') await window.shot(`failed: ${this.currentTest.title}`);
    });

    test('a manifest with an undeclared interpreter is underlined and listed', async () => {
      await window.open('manifests/greet.p5m');
      await window.page.locator('.editor-instance .squiggly-error').first().waitFor();
      await (await window.problems(/usr\/bin\/perl/)).first().waitFor();
      await window.shot('1-manifest');
    });

    test('the fix is applied with the keyboard, and the problem goes', async () => {
      await window.goTo(3, 10);
      await window.openFixes();
      await window.shot('2-fixes');
      await window.applyFix();
      await window.line('example/perl').first().waitFor();
      await (await window.problems(/needs .*usr\/bin\/perl/)).first().waitFor({ state: 'detached' });
      await window.saved('manifests/greet.p5m', /^depend .*fmri=\S*example\/perl/m);
      await window.shot('3-fixed');
    });

    test('an interpreter typed into a payload is underlined there and listed for both files', async () => {
      await window.open('proto/usr/bin/greet');
      await window.goTo(1);
      await window.page.keyboard.press('Shift+End');
      await window.page.keyboard.type('#!/usr/bin/ksh');
      await window.page.locator('.editor-group-container.active .squiggly-error').first().waitFor();
      const problems = await window.problems(/needs .*usr\/bin\/ksh/);
      await problems.nth(1).waitFor();
      assert.equal(await problems.count(), 2);
      await window.shot('4-payload');
    });

    test('the fix of the manifest is applied from the payload, and both files are saved', async () => {
      await window.goTo(1, 6);
      await window.openFixes();
      await window.applyFix();
      await (await window.problems(/needs .*usr\/bin\/ksh/)).first().waitFor({ state: 'detached' });
      await window.saved('manifests/greet.p5m', /^depend .*fmri=\S*example\/shell/m);
      assert.match(readFileSync(join(window.folder, 'proto/usr/bin/greet'), 'utf8'), /^#!\/usr\/bin\/ksh\n/);
    });

    test('a misspelt action is a fault while it is typed, and none once it is taken back', async () => {
      await window.open('manifests/greet.p5m');
      await window.page.keyboard.press('Control+End');
      await window.page.keyboard.type('fiel path=usr/bin/again');
      const fault = (await window.problems(/fiel/)).first();
      await fault.waitFor();
      await window.shot('5-fault');
      await window.page.keyboard.press('Shift+Home');
      await window.page.keyboard.press('Delete');
      await fault.waitFor({ state: 'detached' });
    });

    test('the palette fixes everything in a manifest', async () => {
      await window.open('proto/usr/bin/greet');
      await window.goTo(1);
      await window.page.keyboard.press('Shift+End');
      await window.page.keyboard.type('#!/usr/bin/awk');
      const problems = await window.problems(/needs .*usr\/bin\/awk/);
      await problems.nth(1).waitFor();
      await window.open('manifests/greet.p5m');
      await window.command('Packwright: Fix All in Manifest');
      await problems.first().waitFor({ state: 'detached' });
      await window.saved('manifests/greet.p5m', /^depend .*fmri=\S*example\/awk/m);
    });

    test('the palette tells why something is needed', async () => {
      await window.goTo(3, 10);
      await window.command('Packwright: Why Is This Needed?');
      await window.page.locator('.tabs-container').getByText('Why: greet.p5m').waitFor();
      await window.page.locator('.view-line').filter({ hasText: 'proto/usr/bin/greet:1' }).waitFor();
      await window.shot('6-why');
    });

    test('checking the workspace ends in the Problems view', async () => {
      await window.page.keyboard.press('Control+J');
      await window.page.locator('.markers-panel').waitFor({ state: 'hidden' });
      await window.command('Packwright: Check Workspace');
      await window.page.locator('.markers-panel').waitFor();
    });

    test('the language status tells the state of the package tree', async () => {
      await window.open('manifests/greet.p5m');
      await window.page.locator('[id="status.languageStatus"]').first().click();
      await window.page.getByText('Packwright: ready').first().waitFor();
      await window.shot('7-status');
      await window.page.keyboard.press('Escape');
    });

    test('nothing popped up', async () => {
      await window.command('Notifications: Show Notifications');
      await window.shot('8-notifications');
      assert.equal(await window.page.locator('.notification-list-item').count(), 0);
    });
  });
}
