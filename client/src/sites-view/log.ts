import { type Disposable, EventEmitter, languages, Uri, ViewColumn, window, workspace } from 'vscode';
import type { SiteStore } from './store.ts';

const scheme = 'packwright-job';

/** Makes logs of jobs readable as documents, which grow while their jobs go on. */
export function provideLogs(store: SiteStore): Disposable[] {
  const changes = new EventEmitter<Uri>();
  return [
    changes,
    workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changes.event,
      async provideTextDocumentContent(uri) {
        const { site, job } = placeOf(uri);
        try {
          const { text } = await store.ask({ kind: 'log', site, ...(job ? { job } : {}) });
          return text;
        } catch (error) {
          return `${(error as Error).message}\n`;
        }
      },
    }),
    store.onDidChange(change => {
      for (const { uri } of workspace.textDocuments) {
        if (uri.scheme !== scheme) continue;
        if (change === 'all' || change.includes(placeOf(uri).site)) changes.fire(uri);
      }
    }),
  ];
}

/** Shows everything about a job, or about the newest of a site. */
export async function showLog(site: string, job?: string): Promise<void> {
  const name = job === undefined ? site : `${site} ${job.slice(0, 8)}`;
  const uri = Uri.from({
    scheme,
    path: `/${name}.log`,
    query: JSON.stringify(job ? { site, job } : { site }),
  });
  const document = await languages.setTextDocumentLanguage(await workspace.openTextDocument(uri), 'log');
  await window.showTextDocument(document, { preview: true, viewColumn: ViewColumn.Active });
}

function placeOf(uri: Uri): { readonly site: string; readonly job?: string } {
  return JSON.parse(uri.query);
}
