import { compareVersions } from '../../core/ips/version.ts';
import type { Delivery, InputFault, Manifest, Package, PackageId, Repository } from '../../core/model.ts';
import { deliveryBody, packageBody } from '../index-rows.ts';

/** What other manifests can see of one manifest of the workspace. */
interface Facts {
  readonly package: Package;
  /** Installed path -> what is delivered there, directories left out. */
  readonly paths: ReadonlyMap<string, readonly Delivery[]>;
  /** Payload words and paths. */
  readonly payloads: ReadonlySet<string>;
}

/**
 * The packages that the manifests of a tree describe, always as the manifests say now.
 *
 * Manifest by manifest it is told what changed; nothing is ever computed anew for all of them.
 */
export class WorkspaceRepository implements Repository {
  readonly name = 'workspace';
  readonly kind = 'workspace';
  readonly #facts = new Map<string, Facts>();
  /** Path -> manifests that deliver it. */
  readonly #deliverers = new Map<string, readonly string[]>();
  /** Package name -> manifests that describe a version of it. */
  readonly #named = new Map<string, readonly string[]>();

  async packages(names: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly Package[]>> {
    return new Map([...names].map(name => [name, this.#versions(name)] as const));
  }

  async deliveries(paths: ReadonlySet<string>): Promise<readonly Delivery[]> {
    const found: Delivery[] = [];
    for (const path of paths) {
      for (const file of this.#deliverers.get(path) ?? [])
        found.push(...(this.#facts.get(file)?.paths.get(path) ?? []));
    }
    return found;
  }

  faults(): readonly InputFault[] {
    return [];
  }

  /** Number of manifests known. */
  get size(): number {
    return this.#facts.size;
  }

  /** Whether a manifest was read. */
  has(file: string): boolean {
    return this.#facts.has(file);
  }

  /** Manifests below a directory, or the one of this path. */
  filesIn(directory: string): readonly string[] {
    return [...this.#facts.keys()].filter(file => file === directory || file.startsWith(`${directory}/`));
  }

  /** Directories that manifests lie in. */
  directories(): ReadonlySet<string> {
    return new Set([...this.#facts.keys()].map(file => file.slice(0, file.lastIndexOf('/'))));
  }

  /** Manifests that take a file of this name from a proto area. */
  takersOf(payload: string): readonly string[] {
    const takers: string[] = [];
    for (const [file, { payloads }] of this.#facts) if (payloads.has(payload)) takers.push(file);
    return takers;
  }

  /** Notes what a manifest says now; `undefined`: it is gone. Answers whether other manifests can see a difference. */
  update(file: string, manifest: Manifest | undefined): boolean {
    const before = this.#facts.get(file);
    const after = manifest && !manifest.fragment ? factsOf(file, manifest) : undefined;
    if (after) this.#facts.set(file, after);
    else this.#facts.delete(file);
    rewire(this.#deliverers, file, before?.paths ?? NONE, after?.paths ?? NONE);
    rewire(this.#named, file, nameOf(before), nameOf(after));
    return !sameFacts(before, after);
  }

  #versions(name: string): readonly Package[] {
    const files = this.#named.get(name) ?? [];
    const versions = files.flatMap(file => this.#facts.get(file)?.package ?? []);
    return versions.sort((a, b) => compareVersions(b.id.version, a.id.version));
  }
}

type Keyed = Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>;

const NONE: Keyed = new Map();

function nameOf(facts: Facts | undefined): Keyed {
  return facts ? new Map([[facts.package.id.name, true]]) : NONE;
}

/** Enters and removes `file` below the keys that it has now and had before. */
function rewire(index: Map<string, readonly string[]>, file: string, before: Keyed, after: Keyed): void {
  for (const key of after.keys()) {
    if (!before.has(key)) index.set(key, [...(index.get(key) ?? []), file]);
  }
  for (const key of before.keys()) {
    if (after.has(key)) continue;
    const rest = (index.get(key) ?? []).filter(other => other !== file);
    if (rest.length > 0) index.set(key, rest);
    else index.delete(key);
  }
}

function factsOf(file: string, manifest: Manifest): Facts {
  const paths = new Map<string, Delivery[]>();
  for (const delivery of manifest.deliveries) {
    if (delivery.kind === 'dir') continue;
    const others = paths.get(delivery.path);
    if (others) others.push(delivery);
    else paths.set(delivery.path, [delivery]);
  }
  const { state, variants, dependencies } = manifest;
  const payloads = new Set(manifest.files.map(entry => entry.payload));
  return { package: { id: idOf(file, manifest), state, variants, dependencies }, paths, payloads };
}

/** A manifest without `pkg.fmri` is named after its file. */
function idOf(file: string, manifest: Manifest): PackageId {
  return (
    manifest.id ??
    manifest.deliveries[0]?.package ?? { name: file.slice(file.lastIndexOf('/') + 1).replace(/\.p5m$/, '') }
  );
}

function sameFacts(before: Facts | undefined, after: Facts | undefined): boolean {
  if (!before || !after) return before === after;
  if (factText(before.package) !== factText(after.package) || before.paths.size !== after.paths.size)
    return false;
  for (const [path, deliveries] of after.paths) {
    const old = before.paths.get(path);
    if (old?.length !== deliveries.length) return false;
    for (const [at, delivery] of deliveries.entries()) if (!sameDelivery(old[at], delivery)) return false;
  }
  return true;
}

/** Lines move with every edit above them: they are no difference. */
function sameDelivery(before: Delivery | undefined, after: Delivery): boolean {
  return (
    before !== undefined &&
    before.kind === after.kind &&
    deliveryBody(before, NO_VARIANTS) === deliveryBody(after, NO_VARIANTS)
  );
}

const NO_VARIANTS = new Map<string, ReadonlySet<string>>();

function factText({ id, state, variants, dependencies }: Package): string {
  const plain = dependencies.map(({ spans, line, ...dependency }) => dependency);
  return `${id.publisher}/${id.name}@${id.version} ${packageBody({ state, variants, dependencies: plain })}`;
}
