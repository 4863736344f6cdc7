import { inspect } from '../../collect.ts';
import type {
  ActionEntry,
  CatcherOptions,
  ImplicitDependency,
  Manifest,
  ManifestCatcher,
  Need,
  PayloadCatcher,
} from '../../model.ts';
import { directoryNeed, kindOf, type NeedKind, nameOf } from '../../needs.ts';
import { formatAction } from './attributes.ts';
import type { AuthoredAction } from './authored.ts';
import { ByPlaces } from './by-places.ts';
import type { Complaint } from './complaint.ts';
import type { LookingAt } from './looking.ts';
import { placesOf, placesOfGrids } from './need-places.ts';
import { type NeedRecord, type Places, pathsIn, type RecordMaker, whenNeeded } from './need-record.ts';

/** What the catchers find in a manifest's payload and actions beyond pkgdepend. */
export interface Beyond {
  /** Needs of a payload that none of `found` covers, and nothing is said twice. */
  ofFile(
    file: LookingAt,
    found: readonly NeedRecord[],
  ): { readonly records: readonly NeedRecord[]; readonly complaints: readonly Complaint[] };
  /** Needs of an action itself. */
  ofAction(action: AuthoredAction, maker: RecordMaker): readonly NeedRecord[];
  /** `set` actions for the users, groups and directories that were needed so far, each once. */
  nameLines(): readonly string[];
}

export const NOTHING_BEYOND: Beyond = {
  ofFile: () => ({ records: [], complaints: [] }),
  ofAction: () => [],
  nameLines: () => [],
};

/** Needs that the catchers are sure enough of to be declared. */
export class CatchersBeyond implements Beyond {
  readonly #payload: readonly PayloadCatcher[];
  readonly #manifest: readonly ManifestCatcher[];
  readonly #options: CatcherOptions;
  readonly #parsed: Manifest;
  readonly #entries: ReadonlyMap<string, ActionEntry>;
  readonly #delivered: ReadonlySet<Need>;
  readonly #names = new Set<string>();
  readonly #paths = new ByPlaces<ReadonlySet<string>>();

  constructor(
    parsed: Manifest,
    payload: readonly PayloadCatcher[],
    manifest: readonly ManifestCatcher[],
    options: CatcherOptions,
  ) {
    this.#parsed = parsed;
    this.#payload = payload;
    this.#manifest = manifest;
    this.#options = options;
    const entries: readonly ActionEntry[] = [...parsed.files, ...parsed.others];
    this.#delivered = new Set(parsed.deliveries.flatMap(one => [one.path, ...above(one.path)]));
    this.#entries = new Map(entries.map(entry => [`${entry.kind} ${entry.path}`, entry]));
  }

  ofFile(file: LookingAt, found: readonly NeedRecord[]) {
    const entry = { path: file.path, ...(file.runPath.length > 0 && { runPath: file.runPath.join(':') }) };
    const { dependencies } = inspect(entry, file.found, file.mode, this.#payload, this.#options);
    const covered = found.map(one => this.#paths.of(one, undefined, () => new Set(pathsIn(one))));
    const records = dependencies
      .filter(need => isSure(need) && !covered.some(paths => covers(paths, need)))
      .flatMap(need => this.#record(need, file.action, file.maker));
    return { records, complaints: [] };
  }

  ofAction(action: AuthoredAction, maker: RecordMaker): readonly NeedRecord[] {
    const entry = this.#entries.get(`${action.type} ${action.attributes.get('path')?.[0] ?? ''}`);
    if (!entry) return [];
    return this.#manifest
      .flatMap(catcher => catcher.inspect(entry, this.#parsed, this.#options))
      .filter(need => isSure(need) && need.catcher !== 'hardlink')
      .flatMap(need => this.#record(need, action, maker));
  }

  nameLines(): readonly string[] {
    return [...this.#names].sort();
  }

  /** A need as a record; one that names no path is kept for `nameLines`. */
  #record(need: ImplicitDependency, action: AuthoredAction, maker: RecordMaker): readonly NeedRecord[] {
    const { anyOf, places } = formOf(need.anyOf);
    if (anyOf.length === 0) return [];
    if (places) {
      const record = { kind: need.catcher, action, ...places, when: whenNeeded(action, maker.variants) };
      return [need.confidence === 'likely' ? { ...record, likely: true } : record];
    }
    const line = this.#nameLine(anyOf, action);
    if (line !== undefined) this.#names.add(line);
    return [];
  }

  #nameLine(anyOf: readonly Need[], { attributes }: AuthoredAction): string | undefined {
    const [first = ''] = anyOf;
    const kind = kindOf(first);
    const name = NAMES[kind];
    if (name === undefined || anyOf.some(need => this.#delivered.has(need))) return undefined;
    const values = anyOf.filter(need => kindOf(need) === kind).map(nameOf);
    const tags = [...attributes].filter(([key]) => key.startsWith('variant.'));
    return formatAction('set', new Map([['name', [name]], ['value', values], ...tags]));
  }
}

/** How our own form spells a need (`namedDependencyOf`); kinds without a form are left out. */
const NAMES: Partial<Record<NeedKind, string>> = {
  // A path that may be a directory as well is what a link needs.
  path: 'packwright.depend.link',
  dir: 'packwright.depend.directory',
  user: 'packwright.depend.user',
  group: 'packwright.depend.group',
};

/** The directories that exist because something is in them. */
function above(path: string): readonly Need[] {
  const found: Need[] = [];
  const whole = nameOf(path);
  for (let at = whole.lastIndexOf('/'); at > 0; at = whole.lastIndexOf('/', at - 1))
    found.push(directoryNeed(whole.slice(0, at)));
  return found;
}

function isSure({ confidence }: ImplicitDependency): boolean {
  return confidence !== 'hint';
}

/** Whether a record of pkgdepend stands for a need: one of them has all paths of the other. */
function covers(paths: ReadonlySet<string>, { anyOf }: ImplicitDependency): boolean {
  let common = 0;
  for (const path of anyOf) if (paths.has(path)) common++;
  return common > 0 && (common === anyOf.length || common === paths.size);
}

/** A list of needs as it can be declared. */
interface Form {
  readonly anyOf: readonly Need[];
  /** Absent where some are no paths. */
  readonly places?: Places;
}

/** Many files import the same few modules: the same list has the same form, with the same arrays in it. */
const forms = new WeakMap<readonly Need[], Form>();

function formOf(list: readonly Need[]): Form {
  let form = forms.get(list);
  if (!form) {
    const places = placesOfGrids(list);
    form = places ? { anyOf: list, places } : formOfAny(list);
    forms.set(list, form);
  }
  return form;
}

/** Classes and Java releases have no form; where paths will do as well, these say it. */
function formOfAny(list: readonly Need[]): Form {
  const anyOf = list.filter(one => kindOf(one) !== 'java');
  const arePaths = anyOf.every(one => kindOf(one) === 'path');
  return arePaths ? { anyOf, places: placesOf(anyOf) } : { anyOf };
}
