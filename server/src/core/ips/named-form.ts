import type { Need } from '../model.ts';
import { directoryNeed, groupNeed, userNeed } from '../needs.ts';
import { normalise } from '../paths.ts';

/**
 * Our own form of a dependency, which other tools ignore: `set name=packwright.depend.KIND value=NAME`. Its name -> the
 * needs that one value stands for; the target of a link may be a file or a directory.
 */
export const NAMED_FORM: ReadonlyMap<string, (value: string) => readonly Need[]> = new Map([
  ['packwright.depend.file', value => [normalise(value)]],
  ['packwright.depend.link', value => [normalise(value), directoryNeed(value)]],
  ['packwright.depend.directory', value => [directoryNeed(value)]],
  ['packwright.depend.user', value => [userNeed(value)]],
  ['packwright.depend.group', value => [groupNeed(value)]],
]);
