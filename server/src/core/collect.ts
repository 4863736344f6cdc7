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

/** Looks at the payload of every file; what did not change since the last time is remembered. */
export async function collect(manifest: Manifest, world: World, signal: AbortSignal): Promise<Collected> {
  const collected = new Collecting(manifest, world);
  if (!world.payloads.built) return collected;
  for (const entry of manifest.others) collected.ask(entry);
  await world.scan?.(manifest.files, signal);
  for (const file of manifest.files) {
    const pause = world.pause?.();
    if (pause) await pause;
    signal.throwIfAborted();
    collected.look(file);
  }
  await collected.askPlugIns(signal);
  return collected;
}

/** The two spellings that `pkgdepend(1)` takes for "do not analyse". */
function isEverything(bypass: string): boolean {
  return bypass === '.*' || bypass === '^.*$';
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
  readonly #ofManifest: readonly ManifestCatcher[];
  readonly #anyOf = new Map<string, readonly Need[]>();
  readonly #found: { readonly entry: FileEntry; readonly found: PayloadFile }[] = [];

  constructor(manifest: Manifest, world: World) {
    this.#manifest = manifest;
    this.#world = world;
    this.#rules = rulesOf(manifest.dialect);
    this.#ofPayload = world.catchers.filter(one => one.looksAt === 'payload');
    this.#ofManifest = world.catchers.filter(one => one.looksAt === 'manifest');
  }

  look(file: FileEntry): void {
    if (file.unset.length > 0) {
      this.unset.push(file);
      return;
    }
    this.ask(file);
    if (file.bypass.some(isEverything)) return;
    const { payloads } = this.#world;
    const found = payloads.find(file.payload);
    if (!found) {
      if (!file.optional) this.faults.push({ file, fault: { message: absent(file, payloads.areas) } });
      return;
    }
    if ('code' in found) {
      this.faults.push({ file, fault: { message: found.message }, location: found.path });
      return;
    }
    this.#take(file, found, remembered(file, found, this.#ofPayload, this.#world));
    if (this.#world.plugIns.length > 0) this.#found.push({ entry: file, found });
  }

  /** Asks what an action itself needs. */
  ask(entry: ActionEntry): void {
    if (entry.unset.length > 0) return;
    for (const catcher of this.#ofManifest)
      for (const need of catcher.inspect(entry, this.#manifest, this.#world.catcherOptions))
        this.#need(entry, this.#shared(need));
  }

  /** With the same array for equal lists, as needs of payload have it: so they are told apart (`need-class.ts`). */
  #shared(need: ImplicitDependency): ImplicitDependency {
    const key = need.anyOf.join('\0');
    const anyOf = this.#anyOf.get(key);
    if (anyOf) return { ...need, anyOf };
    this.#anyOf.set(key, need.anyOf);
    return need;
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
    if (left) this.needs.push({ need: left, file, ...(location !== undefined && { location }) });
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
