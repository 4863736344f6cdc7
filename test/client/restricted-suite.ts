import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type EditorWindow, openWindow, type WindowOptions } from './editor-window.ts';

/** What happens in a workspace that its user does not trust: its settings cannot lead outside. */
export function restrictedSuite(options: WindowOptions): void {
  suite('restricted mode', () => {
    let window: EditorWindow;
    suiteSetup(async () => {
      window = await openWindow('restricted-mode', {
        ...options,
        settings: { ...options.settings, 'workbench.editor.useModal': 'off' },
        restricted: true,
        prepare: pointOutside,
      });
    });
    suiteTeardown(() => window.close());
    teardown(async function () {
      if (this.currentTest?.state === 'failed') await window.shot(`failed: ${this.currentTest.title}`);
    });

    test("manifests are checked, and the workspace's settings that name paths are ignored", async () => {
      await window.page.getByText('Restricted Mode is intended for safe code browsing').first().waitFor();
      await window.open('manifests/greet.p5m');
      await (await window.problems(/needs .*usr\/bin\/perl/)).first().waitFor();
      await window.shot('1-restricted');
    });

    test('once trust is granted the settings count, without a reload', async () => {
      await window.command('Workspaces: Manage Workspace Trust');
      await window.page
        .locator('.workspace-trust-editor')
        .getByRole('button', { name: 'Trust', exact: true })
        .click();
      await window.open('manifests/greet.p5m');
      await (await window.problems(/needs .*usr\/bin\/ksh/)).first().waitFor();
      await window.shot('2-trusted');
    });
  });
}

/** Makes the workspace's settings name a proto area beside the workspace, whose payload needs another interpreter. */
function pointOutside(folder: string): void {
  const files = {
    '.vscode/settings.json': JSON.stringify({ 'packwright.proto': ['../elsewhere'] }),
    '../elsewhere/usr/bin/greet': '#!/usr/bin/ksh\n',
    '../elsewhere/usr/bin/awk': 'not a script\n',
    '../elsewhere/usr/bin/perl': 'not a script\n',
    '../elsewhere/usr/bin/ksh': 'not a script\n',
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o755 });
  }
}
