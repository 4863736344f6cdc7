import { type Disposable, ViewColumn, type WebviewPanel, window } from 'vscode';
import type { SiteStore } from './store.ts';

/** Type of the panel, as in the menus and activation events of package.json. */
const viewType = 'packwright.siteReport';

/** One panel with the report: the bytes that the command line writes, and no scripts. */
export interface ReportPanel {
  show(): void;
  readonly parts: readonly Disposable[];
}

/** Makes the panel, which opens when it is asked for, or when a window had it open. */
export function reportPanel(store: SiteStore): ReportPanel {
  let panel: WebviewPanel | undefined;
  let shown = '';
  let turn = 0;
  const render = async () => {
    const mine = ++turn;
    const html = await pageOf(store);
    // A later page may have come first, and the panel may be gone.
    if (panel && mine === turn) panel.webview.html = html;
  };
  const adopt = (next: WebviewPanel) => {
    panel?.dispose();
    panel = next;
    next.webview.options = options;
    next.onDidDispose(() => {
      if (panel === next) panel = undefined;
    });
    shown = stampOf(store);
    return render();
  };
  const update = () => {
    const stamp = stampOf(store);
    // A report that is shown stays while the sites file is being mended.
    if (!panel || stamp === shown || (store.state.kind !== 'ready' && shown.startsWith('['))) return;
    shown = stamp;
    void render();
  };
  return {
    show() {
      if (panel) panel.reveal();
      else void adopt(window.createWebviewPanel(viewType, 'Site Report', ViewColumn.Active, options));
    },
    parts: [
      window.registerWebviewPanelSerializer(viewType, { deserializeWebviewPanel: next => adopt(next) }),
      store.onDidChange(update),
      { dispose: () => panel?.dispose() },
    ],
  };
}

const options = { enableScripts: false, enableForms: false, localResourceRoots: [] };

/** Another text whenever a job ended or the file has other sites: what is under way does not redraw the page. */
function stampOf({ state }: SiteStore): string {
  if (state.kind !== 'ready') return state.kind;
  return JSON.stringify([state.path, state.sites.map(site => [site.name, site.settledAt]), state.faults]);
}

async function pageOf(store: SiteStore): Promise<string> {
  const { kind } = store.state;
  if (kind === 'untrusted') return notice('The report is not shown in Restricted Mode: trust the workspace.');
  if (kind === 'starting') return notice('The report is being made.');
  if (kind === 'none') return notice('There is no sites file.');
  try {
    return (await store.ask({ kind: 'report', format: 'html' })).text;
  } catch (error) {
    return notice((error as Error).message);
  }
}

/** A page that says why there is no report. */
function notice(text: string): string {
  const shown = text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Site Report</title>
</head>
<body><p role="status">${shown}</p></body>
</html>
`;
}
