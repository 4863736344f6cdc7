import { join } from 'node:path';
import { Disposable, type ExtensionContext, window, workspace } from 'vscode';
import { registerSitesCommands } from './commands/index.ts';
import { listFaults } from './fault-list.ts';
import { onSitesFileMayChange } from './location.ts';
import { provideLogs } from './log.ts';
import { reportPanel } from './panel.ts';
import { SiteStore } from './store.ts';
import { showTree } from './tree.ts';

/** The Sites view with everything that belongs to it. */
export interface SitesPart extends Disposable {
  /** Ends the worker; jobs go on. */
  close(): Promise<void>;
}

/** Shows sites. Returns at once: what is known comes when it comes, and nothing is sent until somebody asks. */
export function showSites(context: ExtensionContext): SitesPart {
  const output = window.createOutputChannel('Packwright Sites', { log: true });
  const store = new SiteStore({
    module: context.asAbsolutePath('out/sites-worker.cjs'),
    start: { cacheDirectory: join(context.globalStorageUri.fsPath, 'downloads'), env: environment() },
    isTrusted: () => workspace.isTrusted,
    note: text => output.info(text),
  });
  const panel = reportPanel(store);
  const locate = () => void store.locate();
  const parts = Disposable.from(
    output,
    store,
    ...showTree(store).parts,
    ...listFaults(store),
    ...provideLogs(store),
    ...panel.parts,
    ...registerSitesCommands({ store, panel }),
    onSitesFileMayChange(locate),
    workspace.onDidGrantWorkspaceTrust(locate),
  );
  locate();
  return { close: () => store.close(), dispose: () => parts.dispose() };
}

/** The editor's own settings are no business of ssh and the batch systems. */
function environment(): NodeJS.ProcessEnv {
  const foreign = /^(?:VSCODE_|ELECTRON_|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
