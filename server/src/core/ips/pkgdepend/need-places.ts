import type { Need } from '../../model.ts';
import { gridsOf } from '../../need-grid.ts';
import { kindOf } from '../../needs.ts';
import { basename, dirname } from '../../paths.ts';
import type { Places } from './need-record.ts';

/** Files in directories, sorted, where the paths are all of them, else the paths themselves. */
export function placesOf(paths: readonly Need[]): Places {
  const all = new Set(paths);
  const directories = directoriesIn(all);
  const files = new Set([...all].flatMap(path => remainderIn(path, directories) ?? []));
  const fits = files.size * directories.size === all.size;
  const product = fits && [...directories].every(one => [...files].every(file => all.has(below(one, file))));
  if (product) return { files: [...files].sort(), directories: [...directories].sort(), whole: [] };
  return { files: [], directories: [], whole: [...all] };
}

/**
 * The same for a list that is made of the same files in each of some directories, of which one tells about all of them;
 * `undefined` where that is not so, or where a file of one directory may lie in another.
 */
export function placesOfGrids(list: readonly Need[]): Places | undefined {
  const grids = gridsOf(list);
  const directories = grids[0]?.directories ?? [];
  if (!grids.every(one => one.directories === directories)) return undefined;
  const files = grids.length === 1 ? (grids[0]?.files ?? []) : grids.flatMap(one => one.files);
  const inner = innerNames(directories);
  if (!inner || files.some(one => inner.has(firstName(one))) || new Set(files).size < files.length)
    return undefined;
  const ofOne = placesOf(files);
  if (ofOne.whole.length > 0) return { files: [], directories: [], whole: list };
  const all = directories.flatMap(directory => ofOne.directories.map(one => below(directory, one)));
  return { files: ofOne.files, directories: all.sort(), whole: [] };
}

/** Of directories that lie in others of them, the names that lead there; `undefined` where some are no different paths. */
function innerNames(directories: readonly string[]): ReadonlySet<string> | undefined {
  let known = innerOf.get(directories);
  if (!known) {
    known = { names: namesBetween(directories) };
    innerOf.set(directories, known);
  }
  return known.names;
}

const innerOf = new WeakMap<readonly string[], { readonly names: ReadonlySet<string> | undefined }>();

function namesBetween(directories: readonly string[]): ReadonlySet<string> | undefined {
  const all = new Set(directories);
  if (all.size < directories.length || all.has('') || directories.some(one => kindOf(one) !== 'path'))
    return undefined;
  const names = new Set<string>();
  for (const one of directories)
    for (const other of directories)
      if (other.startsWith(`${one}/`)) names.add(firstName(other.slice(one.length + 1)));
  return names;
}

function firstName(path: string): string {
  const end = path.indexOf('/');
  return end < 0 ? path : path.slice(0, end);
}

/** The directories in which the name is looked for that is looked for in most. */
function directoriesIn(paths: ReadonlySet<Need>): ReadonlySet<string> {
  const byName = new Map<string, Set<string>>();
  for (const path of paths) {
    const name = basename(path);
    byName.set(name, (byName.get(name) ?? new Set()).add(dirname(path)));
  }
  // A package is found at its `__init__.py` beside other ways; alone it tells no directory of the search.
  let most: ReadonlySet<string> = (byName.size === 1 && byName.get('__init__.py')) || new Set();
  for (const [name, directories] of byName)
    if (directories.size > most.size && name !== '__init__.py') most = directories;
  return most;
}

/** A path as seen from the deepest of the directories that it lies in. */
function remainderIn(path: Need, directories: ReadonlySet<string>): string | undefined {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    if (directories.has(path.slice(0, at))) return path.slice(at + 1);
  return directories.has('') ? path : undefined;
}

function below(directory: string, file: string): string {
  if (file === '') return directory;
  return directory === '' ? file : `${directory}/${file}`;
}
