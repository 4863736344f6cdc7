import { newestInOrder, soundDependencies } from '../../../server/src/core/pkgsrc/newest.ts';
import { patternFault } from '../../../server/src/core/pkgsrc/pattern.ts';
import { type Planned, planFor } from '../../../server/src/core/pkgsrc/plan.ts';
import { isPkgpath, type SummaryPackage } from '../../../server/src/core/pkgsrc/summary.ts';
import type { SummaryIndex } from '../../../server/src/core/pkgsrc/summary-index.ts';
import type { Stale } from './download/documents.ts';
import type {
  JobMaterial,
  JobRecord,
  NewestPackage,
  PlannedPackage,
  Prepared,
  Site,
  VulnerabilityList,
  VulnerabilitySource,
} from './model.ts';
import type { PackageSource } from './package-source.ts';
import { plainText } from './plain-text.ts';
import type { VulnerabilityFetch } from './vulnerability-source.ts';

/** What material is found out with. */
export interface MaterialSources {
  readonly packages: PackageSource;
  readonly vulnerabilities: VulnerabilityFetch;
  /** As the sites file has it; absent: nothing is checked. */
  readonly vulnerabilitySource?: VulnerabilitySource | undefined;
}

/**
 * Finds out on this machine what a job has to be told: the packages of an installation with all that they depend on,
 * the newest versions for an upgrade, the list of vulnerabilities. Rejects only when the signal is aborted.
 */
export async function prepareMaterial(
  { site, request }: Pick<JobRecord, 'site' | 'request'>,
  endedJobs: readonly string[],
  sources: MaterialSources,
  signal: AbortSignal,
): Promise<Prepared> {
  const malformed = request.packages.map(pattern => malformedPattern(pattern, site)).find(reason => reason);
  if (malformed) return { kind: 'refused', reason: malformed };
  const [packages, list] = await Promise.all([
    packagesFor(site, request, sources.packages, signal),
    request.verb === 'unlock' ? NO_LIST : listFor(sources, signal),
  ]);
  if (packages.kind === 'refused') return packages;
  const { plan = [], newest = [], notes } = packages;
  return {
    kind: 'ready',
    material: { plan, newest, vulnerabilities: list.list, endedJobs },
    notes: [...notes, ...list.notes],
  };
}

type Refused = Extract<Prepared, { readonly kind: 'refused' }>;

interface Found extends Partial<Pick<JobMaterial, 'plan' | 'newest'>> {
  readonly kind: 'found';
  readonly notes: readonly string[];
}

interface NotedList {
  readonly list: VulnerabilityList;
  readonly notes: readonly string[];
}

const NO_LIST: NotedList = { list: { kind: 'none' }, notes: [] };

async function listFor(sources: MaterialSources, signal: AbortSignal): Promise<NotedList> {
  const { vulnerabilities, vulnerabilitySource: source } = sources;
  if (!source) return NO_LIST;
  const { url, sha256 } = source;
  const address = { url, ...(sha256 !== undefined && { sha256 }) };
  if (source.fetch === 'site') return { list: { kind: 'site', ...address }, notes: [] };
  const { list, stale } = await vulnerabilities(address, signal);
  return { list, notes: staleNotes('The list of vulnerabilities', stale) };
}

async function packagesFor(
  site: Site,
  { verb, packages: patterns }: JobRecord['request'],
  source: PackageSource,
  signal: AbortSignal,
): Promise<Found | Refused> {
  if (verb !== 'install' && verb !== 'update' && verb !== 'upgrade') return { kind: 'found', notes: [] };
  if (verb !== 'upgrade' && patterns.length === 0)
    return refused(
      `Nothing to ${verb} was named: say which packages${verb === 'update' ? ', or use upgrade for all of them' : ''}`,
    );
  const { repository, build } = site;
  if (!repository)
    return build && verb !== 'upgrade' && patterns.every(isPkgpath)
      ? { kind: 'found', plan: patterns.map(fromPath), notes: [] }
      : refused(withoutRepository(site, verb));
  if (site.host && !repository.summary && /^(?:\/|file:)/i.test(repository.url))
    return refused(
      `The packages of site ${site.name} are in ${plainText(repository.url)} at the site, where this machine cannot look: name the address of a copy of their pkg_summary in \`repository.summary\``,
    );
  const list = await source(repository, signal);
  if (list.kind === 'fault')
    return refused(`It is not known which packages the repository of site ${site.name} has: ${list.reason}`);
  const notes = staleNotes('The list of packages', list.stale);
  if (verb === 'upgrade')
    return { kind: 'found', newest: newestInOrder(list.index).map(newestPackage), notes };
  const plan = planOf(patterns, list.index, site);
  return plan.kind === 'refused' ? plan : { ...plan, notes };
}

function malformedPattern(pattern: string, { build }: Site): string | undefined {
  const why = patternFault(pattern);
  if (why !== undefined) return `"${plainText(pattern)}" is no package pattern: ${why}.`;
  if (!pattern.includes('/')) return undefined;
  if (!build)
    return `"${plainText(pattern)}" is no package pattern: a path such as category/package is for sites that build from source.`;
  return isPkgpath(pattern)
    ? undefined
    : `"${plainText(pattern)}" is neither a package pattern nor category/package.`;
}

function withoutRepository({ name, build }: Site, verb: string): string {
  const remedy = 'give it the address of one in `repository.url` of the sites file';
  if (!build) return `Site ${name} has no repository of packages to ${verb} from: ${remedy}`;
  return verb === 'upgrade'
    ? `Site ${name} has no repository that tells which versions are the newest: ${remedy}, or update packages by name`
    : `Site ${name} has no repository that tells where a package is in its tree: name packages as category/package, or ${remedy}`;
}

function planOf(
  patterns: readonly string[],
  index: SummaryIndex,
  site: Site,
): Pick<Found, 'kind' | 'plan'> | Refused {
  const resolved = patterns.map(pattern =>
    pattern.includes('/') ? nameOf(pattern, index) : { name: pattern },
  );
  const unknown = resolved.find(each => 'reason' in each);
  if (unknown && 'reason' in unknown) return refused(unknown.reason);
  const { packages, faults } = planFor(
    resolved.flatMap(each => ('name' in each ? each.name : [])),
    index,
  );
  if (faults.length > 0) return refused(told(faults.map(fault => fault.message)));
  const pathless = site.build && packages.find(each => each.package.pkgpath === undefined);
  if (pathless)
    return refused(
      `The repository's pkg_summary has no PKGPATH for ${pathless.package.pkgname}, so that it cannot be built from source: make the summary again, or build from category/package without a repository`,
    );
  return { kind: 'found', plan: packages.map(plannedPackage) };
}

/** The name of the package that a directory of the tree makes. */
function nameOf(path: string, index: SummaryIndex): { readonly name: string } | { readonly reason: string } {
  const names = [...index.versions].flatMap(([name, versions]) =>
    versions.some(each => each.pkgpath === path) ? name : [],
  );
  const [name] = names;
  if (name === undefined)
    return { reason: `No package of the repository is made in ${path}: see the spelling of the path` };
  return names.length === 1
    ? { name }
    : { reason: `${path} makes ${names.join(' and ')}: name the one that is meant` };
}

/** A package of which only the directory in the tree is known: its `pkgname` has no version, and it has no file. */
function fromPath(pkgpath: string): PlannedPackage {
  const name = pkgpath.slice(pkgpath.indexOf('/') + 1);
  return { pkgname: name, file: '-', pkgpath, wanted: true, patterns: [name] };
}

function plannedPackage({ package: each, wanted, patterns }: Planned): PlannedPackage {
  return { ...fileOf(each), wanted, patterns };
}

function newestPackage(each: SummaryPackage): NewestPackage {
  return { ...fileOf(each), dependencies: soundDependencies(each) };
}

function fileOf({ pkgname, file, fileSize, checksum, pkgpath }: SummaryPackage) {
  const pinned = checksum?.algorithm === 'sha256' && checksum.digest.length === 64;
  return {
    pkgname,
    file,
    ...(fileSize !== undefined && { size: fileSize }),
    ...(pinned && { sha256: checksum.digest }),
    ...(pkgpath !== undefined && { pkgpath }),
  };
}

function staleNotes(what: string, stale: Stale | undefined): readonly string[] {
  if (!stale) return [];
  const since = new Date(stale.since).toISOString().slice(0, 16).replace('T', ' ');
  return [`${what} is that of ${since} UTC, because it could not be renewed: ${stale.reason}.`];
}

const MOST_TOLD = 5;

function told(messages: readonly string[]): string {
  const more = messages.length - MOST_TOLD;
  const text = messages.slice(0, MOST_TOLD).join('; ') + (more > 0 ? `; and ${more} more` : '');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function refused(reason: string): Refused {
  return { kind: 'refused', reason: /[.?!]$/.test(reason) ? reason : `${reason}.` };
}
