import { isJarPath } from '../../core/catchers/java.ts';
import { isManifestPath } from '../../core/catchers/smf.ts';
import { actionOf } from '../../core/delivered-file.ts';
import type {
  Delivery,
  FacetSet,
  FileEntry,
  Manifest,
  Package,
  PackageId,
  VariantSet,
} from '../../core/model.ts';
import { directoriesOf } from '../../core/own-deliveries.ts';
import { packageBody } from '../index-rows.ts';
import type { NamingFile } from '../service-deliveries.ts';

/** What other manifests can see of one manifest of the workspace. */
export class ManifestFacts {
  readonly package: Package;
  readonly serviceManifests: readonly NamingFile[];
  readonly jars: readonly NamingFile[];
  readonly #deliveries: readonly Delivery[];
  readonly #files: readonly FileEntry[];
  #byPath: ReadonlyMap<string, readonly Delivery[]> | undefined;
  #directories: ReadonlyMap<string, readonly Delivery[]> | undefined;
  #payloadSet: ReadonlySet<string> | undefined;

  constructor(file: string, manifest: Manifest) {
    const { state, variants, dependencies } = manifest;
    this.#deliveries = manifest.deliveries;
    const delivers = manifest.deliveries.length;
    this.package = { id: idOf(file, manifest), state, variants, dependencies, delivers };
    this.#files = manifest.files;
    const { serviceManifests, jars } = namingFiles(manifest);
    this.serviceManifests = serviceManifests;
    this.jars = jars;
  }

  /** What is delivered at a path. */
  at(path: string): readonly Delivery[] {
    this.#byPath ??= Map.groupBy(this.#deliveries, delivery => delivery.path);
    return this.#byPath.get(path) ?? [];
  }

  /** Implied deliveries of a directory that something lies in. */
  below(directory: string): readonly Delivery[] {
    this.#directories ??= directoriesOf(this.#deliveries);
    return this.#directories.get(directory) ?? [];
  }

  /** Every path and name. */
  paths(): ReadonlySet<string> {
    return new Set(this.#deliveries.map(delivery => delivery.path));
  }

  /** Whether a `file` action takes this name from a proto area. */
  takes(payload: string): boolean {
    this.#payloadSet ??= new Set(this.#files.map(entry => entry.payload));
    return this.#payloadSet.has(payload);
  }

  /** The name under which the payload of one of its files lies in a proto area. */
  payloadOf(delivery: Delivery): string | undefined {
    return actionOf(delivery, this.#files)?.payload;
  }

  /** What of it others see differently after an edit. Lines move with every edit above them: that is nothing. */
  difference(after: ManifestFacts): { readonly package: boolean; readonly paths: boolean } {
    const before = this.#deliveries;
    const now = after.#deliveries;
    const same =
      before === now ||
      (before.length === now.length && before.every((one, at) => sameDelivery(one, now[at])));
    return { package: textOf(this.package) !== textOf(after.package), paths: !same };
  }
}

/** Files that deliver names by what is in them. */
interface NamingFiles {
  readonly serviceManifests: readonly NamingFile[];
  readonly jars: readonly NamingFile[];
}

/** An edit that changes no delivery leaves a manifest its list of them. */
const remembered = new WeakMap<readonly Delivery[], NamingFiles & { readonly files: number }>();

function namingFiles(manifest: Manifest): NamingFiles {
  const { deliveries, files } = manifest;
  const known = remembered.get(deliveries);
  if (known?.files === files.length) return known;
  const serviceManifests = namingFilesOf(manifest, isManifestPath);
  const found = { serviceManifests, jars: namingFilesOf(manifest, isJarPath), files: files.length };
  remembered.set(deliveries, found);
  return found;
}

function namingFilesOf(
  { files, deliveries }: Manifest,
  isNaming: (path: string) => boolean,
): readonly NamingFile[] {
  const known = files.filter(({ path, unset }) => isNaming(path) && unset.length === 0);
  if (known.length === 0) return NONE;
  const byPath = Map.groupBy(
    deliveries.filter(one => one.kind === 'file'),
    one => one.path,
  );
  // Of actions with the same path, for other variants, the first delivery is the first action's.
  return known.flatMap(({ path, payload }) => {
    const delivery = byPath.get(path)?.shift();
    return delivery ? { payload, delivery } : [];
  });
}

const NONE: readonly NamingFile[] = [];

/** A manifest without `pkg.fmri` is named after its file. */
function idOf(file: string, manifest: Manifest): PackageId {
  const base = file.slice(file.lastIndexOf('/') + 1);
  return manifest.id ?? manifest.deliveries[0]?.package ?? { name: base.replace(/\.p5m$/, '') };
}

function sameDelivery(before: Delivery, after: Delivery | undefined): boolean {
  if (before === after) return true;
  return (
    after !== undefined &&
    before.path === after.path &&
    before.kind === after.kind &&
    before.target === after.target &&
    before.mediator === after.mediator &&
    sameVariants(before.variants, after.variants) &&
    sameFacets(before.facets, after.facets)
  );
}

function sameVariants(before: VariantSet | undefined, after: VariantSet | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  if (before.size !== after.size) return false;
  for (const [name, values] of before) {
    const others = after.get(name);
    if (others?.size !== values.size) return false;
    for (const value of values) if (!others.has(value)) return false;
  }
  return true;
}

function sameFacets(before: FacetSet | undefined, after: FacetSet | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  if (before.size !== after.size) return false;
  for (const [name, value] of before) if (after.get(name) !== value) return false;
  return true;
}

function textOf({ id, state, variants, dependencies }: Package): string {
  const plain = dependencies.map(({ spans, line, ...dependency }) => dependency);
  return `${id.publisher}/${id.name}@${id.version} ${packageBody({ state, variants, dependencies: plain })}`;
}
