import { resolve } from 'node:path';
import { DidChangeWatchedFilesNotification, type FileSystemWatcher } from 'vscode-languageserver/node';
import type { Tree } from '../core/tree.ts';
import type { Abilities } from './abilities.ts';
import type { Context, Feature } from './context.ts';
import { pathOf, uriOf } from './convert.ts';

/** Tells the session what changed on disk; it knows which paths matter. */
export const watching: Feature = {
  attach({ connection, session }) {
    connection.onNotification(DidChangeWatchedFilesNotification.type, ({ changes }) => {
      const paths = changes.flatMap(({ uri }) => pathOf(uri) ?? []);
      void session.changed(paths);
    });
  },
};

/** One recursive watcher for each directory that answers depend on; directories within others are left out. */
export function watchers({
  session,
  abilities,
}: Pick<Context, 'session' | 'abilities'>): FileSystemWatcher[] {
  return rootsOf(session.folders, session.trees).map(root => watcherOf(root, abilities));
}

/** Questions nearer to each other than this (ms) come from typing: the disk is looked at for the first. */
export const PACE = 2000;

const looked = new WeakMap<object, number>();

/** Looks at the disk again, for clients that cannot watch it; costs a status call for each file that was asked for. */
export function lookAgain({ session, abilities }: Context, pace = 0): void {
  if (abilities.dynamic.watching) return;
  const now = performance.now();
  const before = looked.get(session) ?? Number.NEGATIVE_INFINITY;
  looked.set(session, now);
  if (now - before < pace) return;
  void session.changed(rootsOf(session.folders, session.trees));
}

function watcherOf(root: string, abilities: Abilities): FileSystemWatcher {
  const globPattern = abilities.watchRelative
    ? { baseUri: uriOf(root), pattern: '**/*' }
    : `${root.replace(/[[\]{}*?]/g, '?')}/**/*`;
  return { globPattern };
}

/** Folders, and the roots, proto areas and repositories of trees; what lies within another is left out. */
function rootsOf(folders: readonly string[], trees: readonly Tree[]): readonly string[] {
  const all = [...folders, ...trees.flatMap(tree => [tree.root, ...areasOf(tree), ...repositoriesOf(tree)])];
  const sorted = [...new Set(all)].sort((a, b) => a.length - b.length);
  return sorted.filter((path, index) => !sorted.slice(0, index).some(other => path.startsWith(`${other}/`)));
}

function areasOf(tree: Tree): readonly string[] {
  return tree.payloadGlobs().map(glob => glob.replace(/\/[^/]*[*?{[].*$/, ''));
}

function repositoriesOf({ root, settings }: Tree): readonly string[] {
  return settings.repositories.flatMap(({ uri }) => {
    if (uri.startsWith('file:')) return pathOf(uri) ?? [];
    return /^[a-z][a-z0-9+.-]+:/i.test(uri) ? [] : [resolve(root, uri)];
  });
}
