import type { Need } from './model.ts';

/**
 * How catchers mostly come to their candidates: each of some files in each of some directories, directory by
 * directory. A list remembers it, so that it can be told apart, sent and looked through without its hundreds of paths.
 */
export interface NeedGrid {
  /** Installed paths; the empty string stands for the root, and for needs that are no paths. */
  readonly directories: readonly string[];
  /** Below each of them. */
  readonly files: readonly string[];
}

/** The list that grids make, one after the other. */
export function needsOf(grids: readonly NeedGrid[]): readonly Need[] {
  const needs: Need[] = [];
  for (const { directories, files } of grids) {
    for (const directory of directories)
      for (const file of files) needs.push(directory === '' ? file : `${directory}/${file}`);
  }
  GRIDS.set(needs, grids);
  return needs;
}

/** The grids that make a list, in its order: what is known of it, else one of all its needs. */
export function gridsOf(list: readonly Need[]): readonly NeedGrid[] {
  return GRIDS.get(list) ?? [{ directories: ROOT, files: list }];
}

/** Several lists as one, with each need once. */
export function joinedNeeds(lists: readonly (readonly Need[])[]): readonly Need[] {
  const [first = [], ...others] = lists.filter(list => list.length > 0);
  const grids = [first, ...others].flatMap(gridsOf);
  if (others.length === 0 && grids.length === 1) return first;
  return mayRepeat(grids) ? [...new Set(lists.flat())] : needsOf(grids);
}

const GRIDS = new WeakMap<readonly Need[], readonly NeedGrid[]>();
const ROOT: readonly string[] = [''];

/** Whether two places of grids may be one: the same file twice, or one that lies below a directory and its end. */
function mayRepeat(grids: readonly NeedGrid[]): boolean {
  const files = grids.flatMap(grid => grid.files);
  const ends = files.map(file => `/${file}`);
  return files.some((file, at) =>
    ends.some((end, other) => at !== other && (file === files[other] || endsBelow(file, end, grids))),
  );
}

function endsBelow(file: string, end: string, grids: readonly NeedGrid[]): boolean {
  if (!file.endsWith(end)) return false;
  const between = file.slice(0, -end.length);
  return grids.some(({ directories }) =>
    directories.some(one => one === between || one.endsWith(`/${between}`)),
  );
}
