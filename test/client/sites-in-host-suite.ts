import assert from 'node:assert/strict';
import { commands, languages, TabInputWebview, Uri, window, workspace } from 'vscode';

/** Sites in a real extension host, in a workspace whose sites file has the local site `here`. */
export function sitesInHostSuite(): void {
  const folder = workspace.workspaceFolders![0]!.uri;
  const file = Uri.joinPath(folder, 'sites.yaml');

  suite('sites', () => {
    teardown(() => commands.executeCommand('workbench.action.closeAllEditors'));

    test('a window that has opened asked nothing of the sites', async () => {
      assert.equal(await log(), 'Nothing was asked of here yet.\n');
    });

    test('a probe of all sites goes through its states, and the open log follows it', async () => {
      await commands.executeCommand('packwright.site.log', 'here');
      await commands.executeCommand('packwright.probeAllSites');
      await until(() => /^here: probe, job .* queued .* done .*report: ok/s.test(shown()), shown);
    });

    test('the report opens once, however often it is asked for', async () => {
      await commands.executeCommand('packwright.showSiteReport');
      await commands.executeCommand('packwright.site.report', 'here');
      await until(
        () => reports() === 1,
        () => `${reports()} reports`,
      );
    });

    test('what is wrong in the sites file is a problem of the file, as long as it is', async () => {
      const before = await workspace.fs.readFile(file);
      const problems = () =>
        languages
          .getDiagnostics(file)
          .filter(({ source }) => source === 'packwright')
          .map(({ message, range }) => `${range.start.line}: ${message}`);
      await workspace.fs.writeFile(file, new TextEncoder().encode('vo: atlas\nsites:\n  - {nmae: here}\n'));
      await until(
        () => problems().some(problem => /^2: .*nmae/.test(problem)),
        () => problems().join('\n'),
      );
      await workspace.fs.writeFile(file, before);
      await until(
        () => problems().length === 0,
        () => problems().join('\n'),
      );
    });

    test('the sites file is opened', async () => {
      await commands.executeCommand('packwright.openSitesFile');
      assert.equal(window.activeTextEditor?.document.uri.toString(), file.toString());
    });
  });
}

/** The log of the site, as it is now. */
async function log(): Promise<string> {
  await commands.executeCommand('packwright.site.log', 'here');
  return shown();
}

function shown(): string {
  const editor = window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'packwright-job');
  return editor?.document.getText() ?? '';
}

function reports(): number {
  return window.tabGroups.all
    .flatMap(group => group.tabs)
    .filter(
      ({ input }) => input instanceof TabInputWebview && input.viewType.endsWith('packwright.siteReport'),
    ).length;
}

/** Waits for a condition; `what` tells what there is instead. */
async function until(condition: () => boolean, what: () => string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`timed out: ${what()}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
