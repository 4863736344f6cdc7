import { Uri, window, workspace } from 'vscode';
import { candidates } from '../location.ts';
import { showLog } from '../log.ts';
import { jobOf, siteOf } from '../rows.ts';
import { untrusted } from '../store.ts';
import type { SitesCommand } from './command.ts';

/** *Show Site Report*. */
export const showReport: SitesCommand = {
  id: 'packwright.showSiteReport',
  run: async ({ panel }) => panel.show(),
};

/** *Show Report* of rows: the same page. */
export const siteReport: SitesCommand = { id: 'packwright.site.report', run: showReport.run };

/** *Export Site Report…*: the page, or the facts for programs, by the name that is chosen. */
export const exportReport: SitesCommand = {
  id: 'packwright.exportSiteReport',
  async run({ store }) {
    if (store.state.kind === 'untrusted') throw new Error(untrusted);
    const folder = workspace.workspaceFolders?.[0]?.uri ?? Uri.file('/');
    const target = await window.showSaveDialog({
      title: 'Export Site Report',
      defaultUri: Uri.joinPath(folder, 'sites.html'),
      filters: { 'HTML page': ['html'], JSON: ['json'] },
    });
    if (!target) return;
    const format = target.path.endsWith('.json') ? 'json' : 'html';
    const { text } = await store.ask({ kind: 'report', format });
    await workspace.fs.writeFile(target, new TextEncoder().encode(text));
  },
};

/** *Open Sites File*: the one that counts, else where one would be. */
export const openSitesFile: SitesCommand = {
  id: 'packwright.openSitesFile',
  async run({ store: { state } }) {
    const path = 'path' in state ? state.path : undefined;
    const uri = path === undefined ? await newFile() : Uri.file(path);
    await window.showTextDocument(uri);
  },
};

/** *Refresh*. */
export const refresh: SitesCommand = {
  id: 'packwright.refreshSites',
  run: ({ store }) => store.refresh(),
};

/** *Show Log* of rows: of their first. */
export const log: SitesCommand = {
  id: 'packwright.site.log',
  async run(_, [row]) {
    if (row !== undefined) await showLog(siteOf(row), jobOf(row));
  },
};

/** The file where it is looked for first; a new one is not on the disk before it is saved. */
async function newFile(): Promise<Uri> {
  const [first] = candidates().paths;
  if (first === undefined) throw new Error('Open a folder first: the sites file is kept in it.');
  const uri = Uri.file(first);
  const exists = await workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  return exists ? uri : uri.with({ scheme: 'untitled' });
}
