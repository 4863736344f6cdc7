import { printable } from '../../formats/printable.ts';
import { readSmf, type SmfBundle, type SmfDependency } from '../../formats/smf.ts';
import { splitPath } from './attributes.ts';
import { type Complaint, errorAt } from './complaint.ts';
import type { Looked, LookingAt } from './looking.ts';
import { atPaths, inDirectories, type NeedRecord, relativeTo } from './need-record.ts';

/** A service manifest, in a proto area or on the machine that builds. */
export interface ServiceManifest {
  /** Absolute. */
  readonly path: string;
  /** Without its area; `/` for the build machine itself. */
  readonly installed: string;
  readonly text: string;
}

/** FMRI of a service or instance -> the manifest that brings it. */
export type ServiceIndex = ReadonlyMap<string, ServiceManifest>;

const DTD = '/usr/share/lib/xml/dtd/service_bundle.dtd.1';
const DIRECTORIES = ['lib/svc/manifest', 'var/svc/manifest'];
const LARGEST = 16 * 1024 * 1024;

/** Which services the manifests bring; of two with one service the later one counts. */
export function serviceIndex(manifests: Iterable<ServiceManifest>): ServiceIndex {
  const index = new Map<string, ServiceManifest>();
  for (const manifest of manifests) {
    const bundle = bundleIn(manifest.text);
    if (bundle) for (const fmri of fmrisOf(bundle)) index.set(fmri, manifest);
  }
  return index;
}

/** Whether a file is a service manifest to pkgdepend, and to what it is installed. */
export function isServiceManifest(path: string, text: () => string): boolean {
  return path.endsWith('.xml') && bundleIn(text()) !== undefined;
}

/** The text of a payload, bounded. */
export function textOf({ found }: LookingAt): string {
  return new TextDecoder('utf-8').decode(found.read(0, LARGEST));
}

/**
 * The manifests of the services that all of a manifest's instances wait for (`grouping="require_all"`), as
 * `flavor/smf_manifest.py` finds them.
 */
export function smfRecords(file: LookingAt, known: () => ServiceIndex): Looked {
  if (!DIRECTORIES.some(one => file.path.startsWith(one))) return { records: [], complaints: [] };
  const text = textOf(file);
  const bundle = bundleIn(text);
  if (!bundle) return { records: [], complaints: [] };
  const services = fmrisOf(bundle);
  const own: ServiceManifest = { path: file.location, installed: file.path, text };
  const complaints: Complaint[] = [];
  const wanted = new Map<string, readonly ServiceManifest[]>();
  for (const [instance, fmris] of dependenciesOf(bundle)) {
    for (const fmri of fmris) {
      const found = deliverersOf(fmri, [new Map(services.map(one => [one, own])), known()]);
      if (found.length > 0) wanted.set(found.map(one => one.path).join('\0'), found);
      else complaints.push(unknownService(fmri, instance, file));
    }
  }
  return { records: [...wanted.values()].map(found => record(found, file)), complaints, services };
}

function record(found: readonly ServiceManifest[], file: LookingAt): NeedRecord {
  const place = ({ path, installed }: ServiceManifest) =>
    file.strict ? relativeTo(file.area, path) : installed;
  const [only] = found;
  if (found.length > 1 || !only) return atPaths('smf_manifest', file.action, found.map(place), file.maker);
  const [directory, name] = splitPath(place(only));
  return inDirectories('smf_manifest', file.action, [name], [directory], file.maker);
}

function bundleIn(text: string): SmfBundle | undefined {
  const bundle = readSmf(text)?.bundle;
  if (bundle?.systemId !== DTD) return undefined;
  // A name with a slash in front is none to pkgdepend.
  return { ...bundle, services: bundle.services.filter(one => !one.name.startsWith('/')) };
}

function fmrisOf({ services }: SmfBundle): readonly string[] {
  return [...new Set(services.flatMap(one => [one.fmri, ...one.instances.map(instance => instance.fmri)]))];
}

/** Of every instance, what it and its service wait for. */
function dependenciesOf({ services }: SmfBundle): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, ReadonlySet<string>>();
  for (const service of services)
    for (const instance of service.instances)
      all.set(
        instance.fmri,
        new Set([...required(service.dependencies), ...required(instance.dependencies)]),
      );
  return all;
}

function required(dependencies: readonly SmfDependency[]): readonly string[] {
  return dependencies
    .filter(one => one.type === 'service' && one.grouping === 'require_all' && !one.deleted)
    .flatMap(one => one.fmris);
}

/** An instance is one manifest's; a service may have instances in several. */
function deliverersOf(fmri: string, indexes: readonly ServiceIndex[]): readonly ServiceManifest[] {
  const found = new Map<string, ServiceManifest>();
  const parts = fmri.split(':');
  if (parts[0] !== 'svc' || parts.length < 2 || parts.length > 3) return [];
  for (const index of indexes) {
    const instance = index.get(fmri);
    if (parts.length === 3 && instance) found.set(instance.path, instance);
    if (parts.length === 2)
      for (const [name, manifest] of index)
        if (name.startsWith(`${fmri}:`)) found.set(manifest.path, manifest);
  }
  return [...found.values()];
}

function unknownService(fmri: string, instance: string, { path, location, action }: LookingAt): Complaint {
  const why = /^svc:/.test(fmri)
    ? 'no service manifest in the proto areas or on this machine (/lib/svc/manifest, /var/svc/manifest) brings it; ' +
      'add the proto area of the package that does with -d'
    : 'that is no FMRI of a service; write svc:/NAME:INSTANCE';
  return errorAt(`${path}: ${instance} needs "${printable(fmri)}", and ${why} (${location})`, action.line);
}
