import { readdir } from 'node:fs/promises';
import picomatch from 'picomatch';
import { isWithin } from './paths.ts';
import { SETTINGS_FILE } from './settings-file.ts';

/** The manifests found below a root. All paths are absolute and sorted. */
export interface FoundManifests {
  readonly paths: readonly string[];
  /** Directories below the root that have a settings file: trees of their own. */
  readonly nestedRoots: readonly string[];
}

/** Looks for manifests; links to directories are not followed, and unreadable directories are passed by. */
export async function findManifests(
  root: string,
  matches: (path: string) => boolean,
  signal: AbortSignal,
): Promise<FoundManifests> {
  const paths: string[] = [];
  const nestedRoots: string[] = [];
  const directories = [root];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    signal.throwIfAborted();
    for (const entry of await entriesOf(directory)) {
      const path = directory === '/' ? `/${entry.name}` : `${directory}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) directories.push(path);
      } else if (entry.name === SETTINGS_FILE) {
        if (directory !== root) nestedRoots.push(directory);
      } else if (matches(path)) paths.push(path);
    }
  }
  return { paths: paths.sort(), nestedRoots: nestedRoots.sort() };
}

/** Whether globs of the settings cover a path below a root. A glob that starts with `!` takes paths out again. */
export function manifestMatcher(root: string, globs: readonly string[]): (path: string) => boolean {
  const plain = globs.map(glob => glob.replace(/^(!?)\.\//, '$1'));
  const wanted = picomatch(plain.filter(glob => !glob.startsWith('!')));
  const unwanted = picomatch(plain.filter(glob => glob.startsWith('!')).map(glob => glob.slice(1)));
  return path => {
    if (!isWithin(path, root)) return false;
    const below = path.slice(root === '/' ? 1 : root.length + 1);
    return wanted(below) && !unwanted(below) && !below.split('/').some(name => SKIPPED.has(name));
  };
}

const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git']);

async function entriesOf(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
