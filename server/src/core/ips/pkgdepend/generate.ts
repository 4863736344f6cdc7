import { isBinary } from '../../formats/printable.ts';
import { type Attributes, DEBUG_ATTRIBUTE, formatAction } from './attributes.ts';
import { type Authored, type AuthoredAction, declaredVariants, taggedVariants } from './authored.ts';
import { bypassesEverything, withoutBypassed } from './bypassing.ts';
import { differenceOf, type Template, tooMany, withUnknown, withValues } from './combinations.ts';
import { type Complaint, errorAt, warningAt } from './complaint.ts';
import { hardlinkRecord } from './hardlink-records.ts';
import { OwnDelivery } from './internal.ts';
import { type FileKind, isLookedAt, kindOfFile, lookAt } from './look-at.ts';
import type { Looked, LookingAt } from './looking.ts';
import { dependLines } from './need-lines.ts';
import { type NeedRecord, RecordMaker } from './need-record.ts';
import { isSkippedByPkgdepend } from './path-map.ts';
import type { FoundPayload, ProtoFiles } from './ports.ts';
import { runPathOf } from './run-path.ts';
import type { ServiceIndex } from './smf-records.ts';
import { type Beyond, NOTHING_BEYOND } from './superset.ts';

/** The options of `generate`. */
export interface GenerateOptions {
  /** `-I`: also what the package satisfies itself. */
  readonly keepInternal: boolean;
  /** `-k`. */
  readonly runPath: readonly string[];
  /** `-D`: `$NAME` -> values. */
  readonly tokens: ReadonlyMap<string, readonly string[]>;
  /** Exactly what pkgdepend finds. */
  readonly strict: boolean;
}

/** What `generate` finds for one manifest. */
export interface Generated {
  /** Actions to print, one per line. */
  readonly lines: readonly string[];
  readonly complaints: readonly Complaint[];
  /** Kinds of file that nothing looks at, each with the first such path, for `-M`. */
  readonly unknown: ReadonlyMap<FileKind, string>;
  /** What ended it: then pkgdepend prints nothing at all. */
  readonly aborted: boolean;
}

/** Everything that `generate` looks at. */
export interface GenerateWorld {
  readonly proto: ProtoFiles;
  /** Services of the proto areas and of this machine, found when they are first asked for. */
  readonly services: () => ServiceIndex;
  /** What the catchers find that pkgdepend does not; absent with `--strict-compat`. */
  readonly beyond?: (manifest: Authored) => Beyond;
}

/** Finds what the files of a manifest need, as `pkgdepend generate` does, or with the catchers' needs beside. */
export function generate(manifest: Authored, options: GenerateOptions, world: GenerateWorld): Generated {
  return new Generating(manifest, options, world).run();
}

class Generating {
  readonly #manifest: Authored;
  readonly #options: GenerateOptions;
  readonly #world: GenerateWorld;
  readonly #beyond: Beyond;
  readonly #declared: Template;
  readonly #complaints: Complaint[];
  readonly #unknown = new Map<FileKind, string>();
  readonly #records: NeedRecord[] = [];
  readonly #about = new Map<string, readonly string[]>();
  /** Actions whose payload is missing are none, as if their lines were not there. */
  readonly #actions: readonly (readonly [AuthoredAction, FoundPayload | undefined])[];
  #variants: Template;
  #maker: RecordMaker;

  constructor(manifest: Authored, options: GenerateOptions, world: GenerateWorld) {
    this.#manifest = manifest;
    this.#options = options;
    this.#world = world;
    this.#complaints = [...manifest.complaints];
    this.#declared = declaredVariants(manifest);
    this.#variants = this.#declared;
    this.#maker = new RecordMaker(this.#variants);
    this.#beyond = world.beyond?.(manifest) ?? NOTHING_BEYOND;
    this.#actions = manifest.actions.flatMap(action => this.#withPayload(action));
  }

  run(): Generated {
    this.#variants = this.#withUsedVariants();
    this.#maker = new RecordMaker(this.#variants);
    this.#complaints.push(...tooMany(this.#variants));
    const ended = this.#lookAtFiles();
    if (ended === 'aborted') return { ...this.#answer([]), aborted: true };
    if (ended === undefined) this.#lookAtOthers();
    return this.#answer([...this.#dependencies(), ...this.#packageLines(), ...this.#beyond.nameLines()]);
  }

  #answer(lines: readonly string[]): Generated {
    return { lines, complaints: this.#complaints, unknown: this.#unknown, aborted: false };
  }

  #withPayload(action: AuthoredAction): readonly (readonly [AuthoredAction, FoundPayload | undefined])[] {
    if (action.type !== 'file') return [[action, undefined]];
    const path = pathOf(action);
    const name = (action.payload ?? path).replace(/^\/+/, '');
    const found = this.#world.proto.find(name);
    if (found && !('message' in found)) return [[action, found]];
    const areas = this.#world.proto.areas.join(', ');
    const what = name === path ? `its payload` : `its payload ${name}`;
    const message = found
      ? `${path}: ${found.path} ${found.message}`
      : `${path}: ${what} is in none of ${areas}; ${remedyFor(name)}`;
    this.#complaints.push(errorAt(message, action.line));
    return [];
  }

  /** The package's variants with those that actions use undeclared, which are told. */
  #withUsedVariants(): Template {
    let variants = this.#declared;
    for (const [action] of this.#actions) {
      const used = taggedVariants(action.attributes);
      const lacking = differenceOf(used, this.#declared);
      if (lacking.length === 0) continue;
      const shown = lacking.map(one => one.replace(/^variant\./, '')).join(', ');
      const message = `${nameOf(action)}: the package does not declare the variant ${shown}; add set name=variant.… value=…, or take the tag away`;
      this.#complaints.push(warningAt(message, action.line));
      // An undeclared value of a declared variant ends pkgdepend when a file has it.
      variants = action.type === 'file' ? withValues(variants, used) : withUnknown(variants, used);
    }
    return variants;
  }

  /** Answers why it stopped before the end, if it did. */
  #lookAtFiles(): 'stopped' | 'aborted' | undefined {
    const { strict } = this.#options;
    const ofPackage = this.#manifest.about.get('pkg.depend.runpath');
    const common = ofPackage ? runPathOf(ofPackage) : this.#options.runPath;
    if (typeof common === 'string') this.#complaints.push(errorAt(common));
    if (typeof common === 'string' && strict) return 'stopped';
    for (const [action, found] of this.#actions) {
      if (action.type !== 'file' || !found) continue;
      const ended = this.#lookAtFile(action, found, typeof common === 'string' ? [] : common);
      if (ended !== undefined && strict) return ended;
    }
    return undefined;
  }

  #lookAtFile(
    action: AuthoredAction,
    found: FoundPayload,
    common: readonly string[],
  ): 'stopped' | 'aborted' | undefined {
    const given = action.attributes.get('pkg.depend.runpath');
    const runPath = given ? runPathOf(given) : common;
    if (typeof runPath === 'string') {
      this.#complaints.push(errorAt(`${pathOf(action)}: ${runPath}`, action.line));
      if (this.#options.strict) return 'stopped';
    }
    const values = (action.attributes.get(BYPASS) ?? this.#manifest.about.get(BYPASS) ?? []).filter(
      one => one !== '',
    );
    if (bypassesEverything(values)) {
      this.#about.set(DEBUG_ATTRIBUTE.bypassed, [`${pathOf(action)}:.*`]);
      return undefined;
    }
    const file = this.#looking(action, found, typeof runPath === 'string' ? common : runPath);
    const kind = kindOfFile(file);
    if (!isLookedAt(kind) && !this.#unknown.has(kind)) this.#unknown.set(kind, found.location);
    const looked = lookAt(kind, file, this.#world.services);
    this.#complaints.push(...looked.complaints);
    if (looked.fatal && this.#options.strict) return 'aborted';
    this.#take(file, looked, values);
    const fault = found.payload.close();
    if (fault)
      this.#complaints.push(errorAt(`${pathOf(action)}: ${fault.path} ${fault.message}`, action.line));
    return undefined;
  }

  #looking(
    action: AuthoredAction,
    { payload, location, area }: FoundPayload,
    runPath: readonly string[],
  ): LookingAt {
    const { tokens, strict } = this.#options;
    const mode = Number.parseInt(action.attributes.get('mode')?.[0] ?? '0', 8);
    return {
      action,
      path: pathOf(action),
      found: payload,
      location,
      area,
      mode,
      runPath,
      tokens,
      strict,
      maker: this.#maker,
    };
  }

  #take(file: LookingAt, looked: Looked, values: readonly string[]): void {
    const usual = this.#options.strict ? looked.records : looked.records.filter(isSound);
    const more = this.#beyond.ofFile(file, looked.records);
    this.#complaints.push(...more.complaints);
    const all = [...usual, ...more.records];
    const left = values.length > 0 ? withoutBypassed(all, values) : { records: all, paths: [] };
    if (typeof left === 'string') {
      this.#complaints.push(errorAt(`${file.path}: ${left}`, file.action.line));
      return;
    }
    this.#records.push(...left.records);
    if (left.paths.length > 0) this.#about.set(DEBUG_ATTRIBUTE.bypassed, left.paths);
    if (looked.services && looked.services.length > 0)
      this.#about.set(SERVICES, [...(this.#about.get(SERVICES) ?? []), ...looked.services]);
  }

  #lookAtOthers(): void {
    const maker = this.#maker;
    for (const [action] of this.#actions)
      if (action.type === 'hardlink') this.#records.push(hardlinkRecord(action, maker));
    for (const [action] of this.#actions) this.#records.push(...this.#beyond.ofAction(action, maker));
  }

  #dependencies(): readonly string[] {
    if (this.#options.keepInternal) return dependLines(this.#records, new Map());
    const skips = this.#options.strict ? isSkippedByPkgdepend : () => false;
    const actions = this.#actions.map(([action]) => action);
    const own = new OwnDelivery(actions, this.#declared, this.#variants, skips);
    const left: NeedRecord[] = [];
    for (const record of this.#records) {
      const open = own.left(record);
      if (open) left.push(open);
    }
    return dependLines(left, this.#variants);
  }

  #packageLines(): readonly string[] {
    return [...this.#about].map(([name, values]) => {
      const attributes: Attributes = new Map([
        ['name', [name]],
        ['value', values],
      ]);
      return formatAction('set', attributes);
    });
  }
}

const BYPASS = 'pkg.depend.bypass-generate';
const SERVICES = 'org.opensolaris.smf.fmri';

function pathOf({ attributes }: AuthoredAction): string {
  return attributes.get('path')?.[0] ?? '';
}

function remedyFor(payload: string): string {
  return payload.includes('$(')
    ? 'it holds a macro without a value, so run pkgmogrify first, with -D'
    : 'build it, correct the path, or name its proto area with -d';
}

/** False for what pkgdepend alone asks for: imports that may fail, and names that no manifest can hold. */
function isSound({ guarded, files }: NeedRecord): boolean {
  return !guarded && !files.some(isBinary);
}

/** How a message names an action. */
function nameOf(action: AuthoredAction): string {
  return pathOf(action) || `${action.type} action`;
}
