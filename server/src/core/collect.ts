import type { DialectRules } from './dialect.ts';
import { rulesOf } from './dialects.ts';
import type {
  ActionEntry,
  CatcherOptions,
  Caught,
  Delivery,
  FileEntry,
  ImplicitDependency,
  Manifest,
  ManifestCatcher,
  Need,
  Payload,
  PayloadCatcher,
  PayloadFault,
  PayloadFile,
  World,
} from './model.ts';
import { isPlace, nameOf } from './needs.ts';
import { SharedNeeds } from './shared-needs.ts';
import type { Sighting } from './sightings.ts';

/** A need, the action that has it, and where its payload lies. */
export interface CaughtNeed {
  readonly need: ImplicitDependency;
  readonly file: ActionEntry;
  /** Absolute path of the payload; absent where the action itself has the need. */
  readonly location?: string;
}

/** Something wrong with one payload. */
export interface CaughtFault {
  readonly file: FileEntry;
  readonly fault: PayloadFault;
  /** Absolute path of the payload, where it was found. */
  readonly location?: string;
}

/** What the payload of a manifest asks for. */
export interface Collected {
  readonly needs: readonly CaughtNeed[];
  readonly faults: readonly CaughtFault[];
  /** Files whose payload cannot be named, because a macro has no value. */
  readonly unset: readonly FileEntry[];
  /** Names that the payload brings beside its paths, under the tags of the actions that deliver it. */
  readonly provides: readonly Delivery[];
  /** What went wrong with catchers from outside. */
  readonly broken: readonly { readonly plugIn: string; readonly message: string }[];
}

/** Files that were looked at before take so little time that only every so many of them let others work. */
const STRIDE = 256;

/** Looks at the payload of every file; what did not change since the last time is remembered. */
export async function collect(manifest: Manifest, world: World, signal: AbortSignal): Promise<Collected> {
  const collected = new Collecting(manifest, world);
  if (!world.payloads.built) return collected;
  const { sightings } = world;
  const { files, others } = manifest;
  const knownOthers = sightings?.others(others);
  const ofOthers = others.map((entry, at) => collected.ask(entry, knownOthers?.at(at)));
  const known = sightings?.files(files);
  await world.scan?.(known ? files.filter((_, at) => !known.at(at)) : files, signal);
  const ofFiles: Sighting[] = [];
  for (let at = 0; at < files.length; at++) {
    const file = files[at] as FileEntry;
    const before = known?.at(at);
    const pause = before && at % STRIDE > 0 ? undefined : world.pause?.();
    if (pause) await pause;
    signal.throwIfAborted();
    ofFiles.push(collected.look(file, before));
  }
  await collected.askPlugIns(signal);
  sightings?.keep({ entries: others, sightings: ofOthers }, { entries: files, sightings: ofFiles });
  return collected;
}

/** The two spellings that `pkgdepend(1)` takes for "do not analyse". */
function isEverything(bypass: string): boolean {
  return bypass === '.*' || bypass === '^.*$';
}

const NO_NEEDS: readonly ImplicitDependency[] = [];

const NOT_LOOKED_AT: Sighting = { own: NO_NEEDS };

/** A need that says where in the manifest it stands moves with every edit. */
function isPlaced({ span }: ImplicitDependency): boolean {
  return span !== undefined;
}

class Collecting implements Collected {
  readonly needs: CaughtNeed[] = [];
  readonly faults: CaughtFault[] = [];
  readonly unset: FileEntry[] = [];
  readonly provides: Delivery[] = [];
  readonly broken: { readonly plugIn: string; readonly message: string }[] = [];
  readonly #manifest: Manifest;
  readonly #world: World;
  readonly #rules: DialectRules;
  readonly #ofPayload: readonly PayloadCatcher[];
  /** Those of the manifest to which only the action itself matters, and the others. */
  readonly #ofActions: readonly ManifestCatcher[];
  readonly #lookingAround: readonly ManifestCatcher[];
  readonly #lists: SharedNeeds;
  readonly #found: { readonly entry: FileEntry; readonly found: PayloadFile }[] = [];

  constructor(manifest: Manifest, world: World) {
    this.#manifest = manifest;
    this.#world = world;
    this.#rules = rulesOf(manifest.dialect);
    this.#ofPayload = world.catchers.filter(one => one.looksAt === 'payload');
    const ofManifest = world.catchers.filter(one => one.looksAt === 'manifest');
    this.#ofActions = ofManifest.filter(one => !one.looksAround);
    this.#lookingAround = ofManifest.filter(one => one.looksAround);
    this.#lists = world.sightings?.lists ?? new SharedNeeds();
  }

  /** Takes in what a file and its payload need; `known` is what was seen of it before. */
  look(file: FileEntry, known: Sighting | undefined): Sighting {
    if (file.unset.length > 0) {
      this.unset.push(file);
      return NOT_LOOKED_AT;
    }
    const { own } = this.ask(file, known);
    const sighting = known?.own === own ? known : { ...(known ?? this.#see(file)), own };
    const { fault, payload } = sighting;
    if (fault) this.faults.push({ file, ...fault });
    if (payload) this.#take(file, payload.found, payload.caught);
    if (payload && this.#world.plugIns.length > 0) this.#found.push({ entry: file, found: payload.found });
    return sighting;
  }

  /** Takes in what an action itself needs; `known` is what was seen of it before. */
  ask(entry: ActionEntry, known: Sighting | undefined): Sighting {
    if (entry.unset.length > 0) return NOT_LOOKED_AT;
    const sighting = known && !known.own.some(isPlaced) ? known : { own: this.#needsOf(entry) };
    for (const need of sighting.own) this.#need(entry, need);
    for (const catcher of this.#lookingAround)
      for (const need of catcher.inspect(entry, this.#manifest, this.#world.catcherOptions))
        this.#need(entry, this.#shared(need));
    return sighting;
  }

  #needsOf(entry: ActionEntry): readonly ImplicitDependency[] {
    let needs = NO_NEEDS;
    for (const catcher of this.#ofActions) {
      const found = catcher.inspect(entry, this.#manifest, this.#world.catcherOptions);
      if (found.length > 0) needs = [...needs, ...found.map(one => this.#shared(one))];
    }
    return needs;
  }

  #see(file: FileEntry): Omit<Sighting, 'own'> {
    if (file.bypass.some(isEverything)) return {};
    const { payloads } = this.#world;
    const found = payloads.find(file.payload);
    if (!found) return file.optional ? {} : { fault: { fault: { message: absent(file, payloads.areas) } } };
    if ('code' in found) return { fault: { fault: { message: found.message }, location: found.path } };
    return { payload: { found, caught: remembered(file, found, this.#ofPayload, this.#world) } };
  }

  /** With the same array for equal lists, as needs of payload have it: so they are told apart (`need-class.ts`). */
  #shared(need: ImplicitDependency): ImplicitDependency {
    const anyOf = this.#lists.of(need.anyOf);
    return anyOf === need.anyOf ? need : { ...need, anyOf };
  }

  async askPlugIns(signal: AbortSignal): Promise<void> {
    for (const plugIn of this.#world.plugIns) {
      if (this.#found.length === 0) return;
      const { caught, broken } = await plugIn.inspect(this.#found, signal);
      if (broken !== undefined) this.broken.push({ plugIn: plugIn.name, message: broken });
      for (const { entry, found } of this.#found) {
        const said = caught.get(entry);
        if (said) this.#take(entry, found, said);
      }
    }
  }

  #take(file: FileEntry, { location }: PayloadFile, caught: Caught): void {
    for (const fault of caught.faults) this.faults.push({ file, fault, location });
    for (const need of caught.dependencies) this.#need(file, need, location);
    for (const name of caught.provides ?? []) this.provides.push(this.#provided(name, file));
  }

  #provided(path: Need, { variants, facets }: FileEntry): Delivery {
    const { id, deliveries } = this.#manifest;
    const by = id ?? deliveries[0]?.package ?? { name: '' };
    return { path, kind: 'name', package: by, ...(variants && { variants }), ...(facets && { facets }) };
  }

  #need(file: ActionEntry, need: ImplicitDependency, location?: string): void {
    const left = file.bypass.length > 0 ? withoutBypassed(need, file, this.#rules) : need;
    if (!left) return;
    this.needs.push(location === undefined ? { need: left, file } : { need: left, file, location });
  }
}

function absent(file: FileEntry, areas: readonly string[]): string {
  const where = areas.length === 1 ? areas[0] : `none of ${areas.join(', ')}`;
  const verb = areas.length === 1 ? 'is not in' : 'is in';
  return `payload ${file.payload} ${verb} ${where}; build it, correct the path, or name its proto area`;
}

function remembered(
  file: FileEntry,
  found: PayloadFile,
  catchers: readonly PayloadCatcher[],
  { memory, catcherOptions }: World,
): Caught {
  const mode = file.mode ?? found.mode;
  return (
    memory.find(file, found, mode) ??
    memory.keep(file, found, mode, inspect(file, found, mode, catchers, catcherOptions))
  );
}

const HEAD = 64;

/** Everything that the catchers say of one payload; closes it. */
export function inspect(
  file: Pick<FileEntry, 'path' | 'runPath'>,
  found: PayloadFile,
  mode: number,
  catchers: readonly PayloadCatcher[],
  options: CatcherOptions,
): Caught {
  const payload: Payload = {
    path: file.path,
    mode,
    size: found.size,
    ...(file.runPath !== undefined && { runPath: file.runPath }),
    read: (offset, length) => found.read(offset, length),
  };
  const head = { path: file.path, mode, bytes: found.read(0, HEAD) };
  // Asked of all before anyone reads on: the bytes are gone then.
  const claiming = catchers.filter(catcher => catcher.claims(head));
  const caught = claiming.map(catcher => catcher.inspect(payload, options));
  const fault = found.close();
  const all = caught.length === 1 ? caught[0]! : joined(caught);
  return fault ? { ...all, faults: [...all.faults, { message: fault.message }] } : all;
}

function joined(caught: readonly Caught[]): Caught {
  if (caught.length === 0) return NOTHING;
  return {
    dependencies: caught.flatMap(one => one.dependencies),
    faults: caught.flatMap(one => one.faults),
    provides: caught.flatMap(one => one.provides ?? []),
  };
}

const NOTHING: Caught = { dependencies: [], faults: [] };

/** The need without the paths that the manifest tells to ignore; `undefined` when none is left. */
function withoutBypassed(
  need: ImplicitDependency,
  file: ActionEntry,
  rules: DialectRules,
): ImplicitDependency | undefined {
  if (need.bypass === 'never') return need;
  const anyOf = need.anyOf.filter(one => !isPlace(one) || !isBypassed(nameOf(one), file, rules));
  if (anyOf.length === need.anyOf.length) return need;
  // Who ignores all paths means the names beside them too: of a Java release for instance.
  return anyOf.some(isPlace) ? { ...need, anyOf } : undefined;
}

function isBypassed(path: string, { bypass }: ActionEntry, rules: DialectRules): boolean {
  return bypass.some(value => rules.bypasses(value, path));
}
