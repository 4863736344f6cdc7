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
} from './model.ts';
import type { PackageSource } from './package-source.ts';
import { plainText } from './plain-text.ts';
import type { VulnerabilityFetch } from './vulnerability-source.ts';

/** What material is found out with. */
export interface MaterialSources {
  readonly packages: PackageSource;
  readonly vulnerabilities: VulnerabilityFetch;
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
    request.verb === 'unlock' ? NO_LIST : listFor(site, sources.vulnerabilities, signal),
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

async function listFor(
  { vulnerabilities: source }: Site,
  fetch: VulnerabilityFetch,
  signal: AbortSignal,
): Promise<NotedList> {
  if (!source) return NO_LIST;
  const { url, sha256 } = source;
  const address = { url, ...(sha256 !== undefined && { sha256 }) };
  if (source.fetch === 'site') return { list: { kind: 'site', ...address }, notes: [] };
  const { list, stale } = await fetch(address, signal);
  return { list, notes: staleNotes('The list of vulnerabilities', stale) };
}

async function packagesFor(
  site: Site,
  { verb, packages: patterns }: JobRecord['request'],
  source: PackageSource,
  signal: AbortSignal,
): Promise<Found | Refused> {
  const { repository, build } = site;
  if (verb !== 'install' && verb !== 'update' && verb !== 'upgrade') return leftToJob();
  if (verb !== 'upgrade' && patterns.length === 0) return refused(nothingNamed(verb));
  // A tree says itself what is newest in it, and where a package is made.
  if (build && (verb === 'upgrade' || !repository)) return leftToJob();
  if (!repository)
    return refused(
      `Site ${site.name} has no repository of packages to ${verb} from: give it the address of one in \`repository.url\` of the sites file`,
    );
  const far = farRepository(site);
  const list = far === undefined ? await source(repository, signal) : { kind: 'fault' as const, reason: far };
  if (list.kind === 'fault') {
    const reason = `It is not known which packages the repository of site ${site.name} has: ${list.reason}`;
    return build ? leftToJob(`${reason}. The job looks for the packages in its tree.`) : refused(reason);
  }
  const notes = staleNotes('The list of packages', list.stale);
  if (verb === 'upgrade') return { kind: 'found', newest: newestOf(list.index), notes };
  const plan = build ? treePlan(patterns, list.index) : planOf(patterns, list.index);
  return plan.kind === 'refused' ? plan : { ...plan, notes: [...notes, ...plan.notes] };
}

/** Nothing is planned here: the job needs no plan, or makes its own. */
function leftToJob(...notes: readonly string[]): Found {
  return { kind: 'found', notes };
}

function nothingNamed(verb: string): string {
  const all = verb === 'update' ? ', or use upgrade for all of them' : '';
  return `Nothing to ${verb} was named: say which packages${all}`;
}

function farRepository({ host, repository }: Site): string | undefined {
  if (!host || !repository || repository.summary || !/^(?:\/|file:)/i.test(repository.url)) return undefined;
  return `they are in ${plainText(repository.url)} at the site, where this machine cannot look: name the address of a copy of their pkg_summary in \`repository.summary\``;
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

function planOf(patterns: readonly string[], index: SummaryIndex): Found | Refused {
  const { packages, faults } = planFor(patterns, index);
  if (faults.length > 0) return refused(told(faults.map(fault => fault.message)));
  return { kind: 'found', plan: packages.map(plannedPackage), notes: [] };
}

/** A plan of packages to build; what the summary does not know, the tree may have. */
function treePlan(patterns: readonly string[], index: SummaryIndex): Found | Refused {
  const named = patterns.map(pattern => (pattern.includes('/') ? namesAt(pattern, index) : [pattern]));
  const several = patterns.findIndex((_, at) => (named[at]?.length ?? 0) > 1);
  if (several >= 0)
    return refused(`${patterns[several]} makes ${named[several]?.join(' and ')}: name the one that is meant`);
  const { packages, faults } = planFor(named.flat(), index);
  const fault = faults.find(({ code }) => code !== 'no-match' && code !== 'no-dependency');
  if (fault) return refused(told([fault.message]));
  const isWhole = faults.length === 0 && named.every(names => names.length === 1);
  if (isWhole && packages.every(each => each.package.pkgpath !== undefined))
    return { kind: 'found', plan: packages.map(plannedPackage), notes: [] };
  return leftToJob(
    "The repository's list does not say of all packages where they are made: the job looks for them in its tree.",
  );
}

/** The names of the packages that a directory of the tree makes. */
function namesAt(path: string, index: SummaryIndex): readonly string[] {
  return [...index.versions].flatMap(([name, versions]) =>
    versions.some(each => each.pkgpath === path) ? name : [],
  );
}

function plannedPackage({ package: each, wanted, patterns }: Planned): PlannedPackage {
  return { ...fileOf(each), wanted, patterns };
}

/** Many sites upgrade from one repository, which may have tens of thousands of packages. */
const newestKnown = new WeakMap<SummaryIndex, readonly NewestPackage[]>();

function newestOf(index: SummaryIndex): readonly NewestPackage[] {
  const newest = newestKnown.get(index) ?? newestInOrder(index).map(newestPackage);
  newestKnown.set(index, newest);
  return newest;
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
