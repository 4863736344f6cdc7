import { fdir } from 'fdir';
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
  signal.throwIfAborted();
  const found = await new fdir()
    .withFullPaths()
    .exclude(name => SKIPPED.has(name))
    .filter(path => path.endsWith(SETTINGS_HERE) || matches(path))
    .withAbortSignal(signal)
    .crawl(root)
    .withPromise();
  signal.throwIfAborted();
  const nested = found
    .filter(path => path.endsWith(SETTINGS_HERE))
    .map(path => path.slice(0, -SETTINGS_HERE.length));
  return {
    paths: found.filter(path => !path.endsWith(SETTINGS_HERE)).sort(),
    nestedRoots: nested.filter(directory => directory !== root).sort(),
  };
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

const SETTINGS_HERE = `/${SETTINGS_FILE}`;

const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git']);
