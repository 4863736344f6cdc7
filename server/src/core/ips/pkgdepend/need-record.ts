import { type Attributes, isSameList } from './attributes.ts';
import { type AuthoredAction, taggedVariants } from './authored.ts';
import { Combinations, type Tagging, type Template, withUnknown } from './combinations.ts';

/** Something that a file needs: any of `files` in any of `directories`, or any of `whole`. */
export interface Places {
  readonly files: readonly string[];
  readonly directories: readonly string[];
  /** Paths; where there are any, files and directories do not count. */
  readonly whole: readonly string[];
}

/** One dependency on files, found in the payload of an action, before it is printed. */
export interface NeedRecord extends Places {
  /** The action that has the need. */
  readonly action: AuthoredAction;
  /** Value of `pkg.debug.depend.type`: `elf`, `script`, ... or the name of a catcher. */
  readonly kind: string;
  /** What is still to be satisfied. */
  readonly when: Combinations;
  /** A library that the package delivers elsewhere: its search path may be set from outside. */
  readonly warning?: boolean;
  /** Found by a catcher that is not certain of it. */
  readonly likely?: boolean;
  /** May be absent at run time: only pkgdepend itself asks for it. */
  readonly guarded?: boolean;
}

/** What every record of one manifest is made with. */
export class RecordMaker {
  /** Variants of the package, undeclared ones included. */
  readonly variants: Template;
  readonly #lists = new Map<string, readonly string[]>();

  constructor(variants: Template) {
    this.variants = variants;
  }

  /** The same array for equal lists: many files need the same things, and what they make of them is made once. */
  shared(list: readonly string[]): readonly string[] {
    const key = list.length === 1 ? (list[0] ?? '') : list.join('\0');
    const known = this.#lists.get(key);
    if (known && isSameList(known, list)) return known;
    this.#lists.set(key, list);
    return list;
  }
}

/** A dependency on files in directories; both are sorted, as `pkgdepend(1)` does. */
export function inDirectories(
  kind: string,
  action: AuthoredAction,
  files: readonly string[],
  directories: readonly string[],
  maker: RecordMaker,
): NeedRecord {
  return {
    kind,
    action,
    files: maker.shared(files.toSorted()),
    directories: maker.shared(directories.toSorted()),
    whole: [],
    when: whenNeeded(action, maker.variants),
  };
}

/** A dependency on any of some paths. */
export function atPaths(
  kind: string,
  action: AuthoredAction,
  paths: readonly string[],
  { variants }: RecordMaker,
): NeedRecord {
  return { kind, action, files: [], directories: [], whole: paths, when: whenNeeded(action, variants) };
}

/** An absolute directory as installed; below its proto area it loses that too (`make_relative`). */
export function relativeTo(area: string, path: string): string {
  return (area !== '' && path.startsWith(area) ? path.slice(area.length) : path).replace(/^\/+/, '');
}

/** The combinations under which an action is there, none of them satisfied. */
export function whenNeeded(action: AuthoredAction, variants: Template): Combinations {
  const tags = taggedVariants(action.attributes);
  let ofPackage = known.get(variants);
  if (!ofPackage) {
    ofPackage = new WeakMap();
    known.set(variants, ofPackage);
  }
  let when = ofPackage.get(tags);
  if (!when) {
    when = Combinations.of(withUnknown(tags, variants), false);
    ofPackage.set(tags, when);
  }
  return when;
}

/** By the package's variants and an action's tags: the same for nearly all needs of a package. */
const known = new WeakMap<Template, WeakMap<Template, Combinations>>();

/** Every path that satisfies it. */
export function pathsIn({ files, directories, whole }: Places): readonly string[] {
  if (whole.length > 0) return whole;
  return directories.flatMap(directory =>
    files.map(file => (file.startsWith('/') || directory === '' ? file : `${directory}/${file}`)),
  );
}

/** Path of the file that has the need. */
export function reasonOf({ action }: NeedRecord): string {
  return action.attributes.get('path')?.[0] ?? '';
}

/** An action with tags in place of those that it had. */
export function tagged(attributes: Attributes, tagging: Tagging): Attributes {
  return new Map([...attributes, ...[...tagging].map(([name, value]) => [name, [value]] as const)]);
}
