import type { InputFault } from '../../../server/src/core/model.ts';
import type { Tree } from '../../../server/src/core/tree.ts';
import { shownPath } from './shown-path.ts';

/** What a reader of findings should know of the tree that they come from, one line each. */
export function treeNotes(tree: Tree, cwd: string): readonly string[] {
  const { unbuilt, plugIns, repositories } = tree.status();
  const notLoaded = plugIns.count > 0 && !plugIns.allowed;
  const notes = [
    ...(notLoaded ? ['the catchers under plugins are not loaded; --allow-plugins loads them'] : []),
    ...repositories.flatMap(({ uri, note }) => (note === undefined ? [] : [`${uri}: ${note}`])),
  ];
  if (unbuilt.length === 0) return notes;
  const areas = unbuilt.map(path => shownPath(path, cwd)).join(', ');
  const which = unbuilt.length === 1 ? 'the proto area is' : 'these proto areas are';
  return [...notes, `${which} not built yet, so payload there was not looked at: ${areas}`];
}

/** What keeps a tree's repositories from answering. */
export function inputFaults(tree: Tree): readonly InputFault[] {
  return tree.status().repositories.flatMap(({ fault }) => fault ?? []);
}
