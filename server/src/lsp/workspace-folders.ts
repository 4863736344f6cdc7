import { DidChangeWorkspaceFoldersNotification, type InitializeParams } from 'vscode-languageserver/node';
import type { Feature } from './context.ts';
import { pathOf } from './convert.ts';

/** Follows the folders of the workspace. */
export const workspaceFolders: Feature = {
  capabilities: () => ({ workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }),

  attach({ connection, session }) {
    connection.onNotification(DidChangeWorkspaceFoldersNotification.type, ({ event }) => {
      const removed = new Set(event.removed.map(({ uri }) => pathOf(uri)));
      const added = event.added.flatMap(({ uri }) => pathOf(uri) ?? []);
      const kept = session.folders.filter(folder => !removed.has(folder));
      session.setFolders([...new Set([...kept, ...added])]);
    });
  },
};

/** The folders at the start, in whichever of the protocol's three ways they are given. */
export function foldersOf({
  workspaceFolders: folders,
  rootUri,
  rootPath,
}: InitializeParams): readonly string[] {
  if (folders) return folders.flatMap(({ uri }) => pathOf(uri) ?? []);
  if (rootUri) return [pathOf(rootUri)].flatMap(path => path ?? []);
  return rootPath ? [rootPath.replace(/(.)\/+$/, '$1')] : [];
}
