import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { Disposable, RelativePattern, Uri, window, workspace } from 'vscode';

/** Where the sites file is looked for. */
export interface Candidates {
  /** Absolute paths in order; the first that is there counts. */
  readonly paths: readonly string[];
  /** The setting names it: it counts whether it is there or not. */
  readonly named: boolean;
}

/** The setting, else `sites.yaml` in the workspace's folders and in the configuration directory. */
export function candidates(env: NodeJS.ProcessEnv = process.env): Candidates {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const roots = folders.map(({ uri }) => uri.fsPath);
  const named = workspace.getConfiguration('packwright').get<string>('sites.file', '').trim();
  if (named !== '') return { paths: [absolute(named, roots[0] ?? homedir())], named: true };
  const configuration = join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'packwright');
  return { paths: [...roots, configuration].map(root => join(root, 'sites.yaml')), named: false };
}

/** The sites file that counts now; `undefined`: there is none. */
export async function findSitesFile({ paths, named }: Candidates): Promise<string | undefined> {
  if (named) return paths[0];
  const there = await Promise.all(
    paths.map(path =>
      stat(path).then(
        found => found.isFile(),
        () => false,
      ),
    ),
  );
  return paths[there.indexOf(true)];
}

/** Calls whenever another sites file may count than before. */
export function onSitesFileMayChange(call: () => void): Disposable {
  let watchers: readonly Disposable[] = [];
  const watch = () => {
    for (const watcher of watchers) watcher.dispose();
    watchers = candidates().paths.flatMap(path => {
      const watcher = workspace.createFileSystemWatcher(
        new RelativePattern(Uri.file(resolve(path, '..')), 'sites.yaml'),
        false,
        true,
      );
      return [watcher, watcher.onDidCreate(call), watcher.onDidDelete(call)];
    });
  };
  const again = () => {
    watch();
    call();
  };
  watch();
  return Disposable.from(
    workspace.onDidChangeWorkspaceFolders(again),
    workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('packwright.sites')) again();
    }),
    window.onDidChangeWindowState(({ focused }) => {
      if (focused) call();
    }),
    { dispose: () => watchers.forEach(watcher => void watcher.dispose()) },
  );
}

function absolute(path: string, root: string): string {
  if (path.startsWith('~/')) return join(homedir(), path.slice(2));
  return isAbsolute(path) ? path : resolve(root, path);
}
