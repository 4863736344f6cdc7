import { providesOfJar } from '../../core/catchers/java.ts';
import { providesOfManifest } from '../../core/catchers/smf.ts';
import { compareVersions } from '../../core/ips/version.ts';
import type { Delivery, InputFault, Manifest, Package, PayloadFile, Repository } from '../../core/model.ts';
import { inflate } from '../inflate.ts';
import { OccupiedDirectories } from '../occupied-directories.ts';
import { type FindPayload, NameDeliveries } from '../service-deliveries.ts';
import { ManifestFacts } from './manifest-facts.ts';

/**
 * The packages that the manifests of a tree describe, always as the manifests say now.
 *
 * Manifest by manifest it is told what changed; nothing is ever computed anew for all of them.
 */
export class WorkspaceRepository implements Repository {
  readonly name = 'workspace';
  readonly kind = 'workspace';
  readonly #findPayload: FindPayload;
  readonly #services: NameDeliveries;
  readonly #classes: NameDeliveries;
  readonly #facts = new Map<string, ManifestFacts>();
  /** Path -> manifests that deliver it. */
  readonly #deliverers = new Map<string, readonly string[]>();
  readonly #directories = new OccupiedDirectories();
  /** Package name -> manifests that describe a version of it. */
  readonly #named = new Map<string, readonly string[]>();

  /** `findPayload` finds what `file` actions take from proto areas. */
  constructor(findPayload: FindPayload = () => undefined) {
    this.#findPayload = findPayload;
    this.#services = new NameDeliveries(findPayload, providesOfManifest);
    this.#classes = new NameDeliveries(findPayload, file => providesOfJar(file, inflate));
  }

  async packages(names: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly Package[]>> {
    return new Map([...names].map(name => [name, this.#versions(name)] as const));
  }

  async deliveries(paths: ReadonlySet<string>, signal: AbortSignal): Promise<readonly Delivery[]> {
    const found: Delivery[] = [
      ...(await this.#namesAmong(paths, SERVICE, this.#services, signal)),
      ...(await this.#namesAmong(paths, CLASS, this.#classes, signal)),
    ];
    for (const path of paths) {
      for (const file of this.#deliverers.get(path) ?? [])
        found.push(...(this.#facts.get(file)?.at(path) ?? []));
    }
    return found;
  }

  async below(directories: ReadonlySet<string>): Promise<readonly Delivery[]> {
    return [...directories].flatMap(directory => {
      const found: Delivery[] = [];
      let packages = 0;
      for (const facts of this.#facts.values()) {
        const deliveries = facts.below(directory);
        found.push(...deliveries);
        if (deliveries.length > 0 && ++packages === MOST_BELOW) break;
      }
      return found;
    });
  }

  async occupied(directories: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    return new Set([...directories].filter(one => this.#directories.has(one)));
  }

  payload(delivery: Delivery): PayloadFile | undefined {
    const file = delivery.origin?.file ?? '';
    const name = this.#facts.get(file)?.payloadOf(delivery);
    const found = name === undefined ? undefined : this.#findPayload(file, name);
    return found && 'read' in found ? found : undefined;
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
    for (const [file, facts] of this.#facts) if (facts.takes(payload)) takers.push(file);
    return takers;
  }

  /** Notes what a manifest says now; `undefined`: it is gone. Answers whether other manifests can see a difference. */
  update(file: string, manifest: Manifest | undefined): boolean {
    const before = this.#facts.get(file);
    const after = manifest && !manifest.fragment ? new ManifestFacts(file, manifest) : undefined;
    if (after) this.#facts.set(file, after);
    else this.#facts.delete(file);
    this.#services.update(file, after?.serviceManifests ?? []);
    this.#classes.update(file, after?.jars ?? []);
    const seen =
      before && after ? before.difference(after) : { package: before !== after, paths: before !== after };
    if (seen.paths) this.#rewirePaths(file, before?.paths() ?? NONE, after?.paths() ?? NONE);
    if (seen.package) rewire(this.#named, file, nameOf(before), nameOf(after));
    return seen.package || seen.paths;
  }

  #rewirePaths(file: string, before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    for (const path of after) if (!this.#deliverers.has(path)) this.#directories.add(path);
    rewire(this.#deliverers, file, before, after);
    for (const path of before) if (!this.#deliverers.has(path)) this.#directories.remove(path);
  }

  /** Those that manifests deliver by their payload, unless their text says so already. */
  async #namesAmong(
    names: ReadonlySet<string>,
    kind: RegExp,
    known: NameDeliveries,
    signal: AbortSignal,
  ): Promise<readonly Delivery[]> {
    const asked = new Set([...names].filter(name => kind.test(name)));
    if (asked.size === 0) return [];
    const found = await known.deliveries(asked, signal);
    return found.filter(({ path, origin }) => !this.#deliverers.get(path)?.includes(origin?.file ?? ''));
  }

  /** Notes that payload may have changed, and with it who delivers which services and classes. */
  payloadChanged(): void {
    this.#services.payloadChanged();
    this.#classes.payloadChanged();
  }

  #versions(name: string): readonly Package[] {
    const files = this.#named.get(name) ?? [];
    const versions = files.flatMap(file => this.#facts.get(file)?.package ?? []);
    return versions.sort((a, b) => compareVersions(b.id.version, a.id.version));
  }
}

/** Names that payload brings; releases of Java are told by paths. */
const SERVICE = /^smf:/;
const CLASS = /^java:(?!release:|exact:)/;

/** Packages told of one directory, as `Repository.below` has it. */
const MOST_BELOW = 32;

const NONE: ReadonlySet<string> = new Set();

function nameOf(facts: ManifestFacts | undefined): ReadonlySet<string> {
  return facts ? new Set([facts.package.id.name]) : NONE;
}

/** Enters and removes `file` below the keys that it has now and had before. */
function rewire(
  index: Map<string, readonly string[]>,
  file: string,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): void {
  for (const key of after) {
    if (!before.has(key)) index.set(key, [...(index.get(key) ?? []), file]);
  }
  for (const key of before) {
    if (after.has(key)) continue;
    const rest = (index.get(key) ?? []).filter(other => other !== file);
    if (rest.length > 0) index.set(key, rest);
    else index.delete(key);
  }
}
