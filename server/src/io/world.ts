import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Settings, Tree } from '../core/tree.ts';
import { Disk } from './disk.ts';
import { isFault } from './input-fault.ts';
import { PackageTree, type TreeSurroundings } from './package-tree.ts';
import { SETTINGS_FILE } from './settings-file.ts';

/** What a tree is opened with; only the buffers must be given. */
export type Surroundings = Pick<TreeSurroundings, 'buffers'> &
  Partial<Omit<TreeSurroundings, 'overrides'>> & { readonly overrides?: Partial<Settings> };

/**
 * Opens the package tree at a root: the composition root of language server and command line.
 *
 * Cheap: only `packwright.yaml` is read. Without `trusted` everything is; indexes are kept in the user's
 * cache directory unless `cachePath` names another.
 */
export function openTree(root: string, surroundings: Surroundings): Tree {
  return new PackageTree(resolve(root), {
    overrides: surroundings.overrides ?? {},
    buffers: surroundings.buffers,
    cachePath: surroundings.cachePath ?? defaultCachePath(process.env),
    trusted: surroundings.trusted ?? true,
    plugInsAllowed: surroundings.plugInsAllowed ?? false,
    programs: surroundings.programs,
    onProgress: surroundings.onProgress ?? (() => {}),
  });
}

/**
 * The directory of the nearest `packwright.yaml` at or above a path; `undefined` when there is none.
 * `stopAt` is the last directory that is looked into.
 */
export async function findRoot(path: string, stopAt?: string): Promise<string | undefined> {
  const disk = new Disk();
  for (let directory = resolve(path); ; directory = dirname(directory)) {
    const status = disk.status(join(directory, SETTINGS_FILE));
    if (status && (isFault(status) || status.kind !== 'directory')) return directory;
    if (directory === stopAt || directory === dirname(directory)) return undefined;
  }
}

/** Where indexes are kept (XDG Base Directory Specification). */
export function defaultCachePath(environment: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CACHE_HOME: base } = environment;
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'packwright');
}
