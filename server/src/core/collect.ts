import type { DialectRules } from './dialect.ts';
import { rulesOf } from './dialects.ts';
import type {
  Catcher,
  Caught,
  FileEntry,
  ImplicitDependency,
  Manifest,
  Payload,
  PayloadFault,
  PayloadFile,
  World,
} from './model.ts';

/** A need, the file that has it, and where its payload lies. */
export interface CaughtNeed {
  readonly need: ImplicitDependency;
  readonly file: FileEntry;
  /** Absolute path of the payload. */
  readonly location: string;
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
}

/** Looks at the payload of every file; what did not change since the last time is remembered. */
export async function collect(manifest: Manifest, world: World, signal: AbortSignal): Promise<Collected> {
  const needs: CaughtNeed[] = [];
  const faults: CaughtFault[] = [];
  const unset: FileEntry[] = [];
  if (!world.payloads.built) return { needs, faults, unset };
  const rules = rulesOf(manifest.dialect);
  for (const file of manifest.files) {
    const pause = world.pause?.();
    if (pause) await pause;
    signal.throwIfAborted();
    if (file.unset.length > 0) unset.push(file);
    else if (!file.bypass.some(isEverything)) look(file, world, rules, needs, faults);
  }
  return { needs, faults, unset };
}

/** The two spellings that `pkgdepend(1)` takes for "do not analyse". */
function isEverything(bypass: string): boolean {
  return bypass === '.*' || bypass === '^.*$';
}

function look(
  file: FileEntry,
  world: World,
  rules: DialectRules,
  needs: CaughtNeed[],
  faults: CaughtFault[],
): void {
  const found = world.payloads.find(file.payload);
  if (!found) {
    if (!file.optional) faults.push({ file, fault: { message: absent(file, world.payloads.areas) } });
    return;
  }
  if ('code' in found) {
    faults.push({ file, fault: { message: found.message }, location: found.path });
    return;
  }
  const { location } = found;
  const caught = remembered(file, found, world);
  for (const fault of caught.faults) faults.push({ file, fault, location });
  for (const need of caught.dependencies) {
    const left = file.bypass.length > 0 ? withoutBypassed(need, file, rules) : need;
    if (left) needs.push({ need: left, file, location });
  }
}

function absent(file: FileEntry, areas: readonly string[]): string {
  const where = areas.length === 1 ? areas[0] : `none of ${areas.join(', ')}`;
  const verb = areas.length === 1 ? 'is not in' : 'is in';
  return `payload ${file.payload} ${verb} ${where}; build it, correct the path, or name its proto area`;
}

function remembered(file: FileEntry, found: PayloadFile, { memory, catchers }: World): Caught {
  const mode = file.mode ?? found.mode;
  return (
    memory.find(file, found, mode) ?? memory.keep(file, found, mode, inspect(file, found, mode, catchers))
  );
}

const HEAD = 64;

function inspect(file: FileEntry, found: PayloadFile, mode: number, catchers: readonly Catcher[]): Caught {
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
  const caught = claiming.map(catcher => catcher.inspect(payload));
  const fault = found.close();
  const all = caught.length === 1 ? caught[0]! : joined(caught);
  return fault ? { ...all, faults: [...all.faults, { message: fault.message }] } : all;
}

function joined(caught: readonly Caught[]): Caught {
  if (caught.length === 0) return NOTHING;
  return {
    dependencies: caught.flatMap(one => one.dependencies),
    faults: caught.flatMap(one => one.faults),
  };
}

const NOTHING: Caught = { dependencies: [], faults: [] };

/** The need without the paths that the manifest tells to ignore; `undefined` when none is left. */
function withoutBypassed(
  need: ImplicitDependency,
  file: FileEntry,
  rules: DialectRules,
): ImplicitDependency | undefined {
  const anyOf = need.anyOf.filter(path => !file.bypass.some(value => rules.bypasses(value, path)));
  if (anyOf.length === need.anyOf.length) return need;
  return anyOf.length > 0 ? { ...need, anyOf } : undefined;
}
