import { compareVersions } from '../../../../server/src/core/pkgsrc/version.ts';
import { byText, type Place } from './place.ts';

/** One package over all sites. */
export interface PackageRow {
  readonly name: string;
  /** Of its row; made of its number, never of its name. */
  readonly id: string;
  /** The newest version that a repository or a site has; absent: it is wanted, and nowhere to be seen. */
  readonly newest?: string;
  /** Newest first, with the sites that have it, in the order of the report. */
  readonly versions: readonly PackageVersion[];
  /** How many sites have it. */
  readonly sites: number;
  readonly vulnerable: readonly Place[];
  /** Wanted, and not there. */
  readonly missing: readonly Place[];
  /** There, in a version that is not the wanted one. */
  readonly drift: readonly Place[];
}

/** One version of a package. */
export interface PackageVersion {
  readonly version: string;
  readonly places: readonly Place[];
  /** Older than the newest. */
  readonly older: boolean;
}

/** Packages by name: all that are installed somewhere, and all that are wanted. */
export function packageRows(
  places: readonly Place[],
  newest: ReadonlyMap<string, string>,
): readonly PackageRow[] {
  const drafts = new Map<string, Draft>();
  for (const place of places) note(place, drafts);
  return [...drafts.keys()].sort(byText).map((name, at) => {
    const { versions, sites, vulnerable, missing, drift } = drafts.get(name) ?? emptyDraft();
    const sorted = [...versions].sort(([a], [b]) => compareVersions(b, a) || byText(a, b));
    const best = newestOf(newest.get(name), sorted[0]?.[0]);
    return {
      name,
      id: `package-${at + 1}`,
      ...(best === undefined ? {} : { newest: best }),
      versions: sorted.map(([version, at]) => ({
        version,
        places: at,
        older: compareVersions(version, best ?? version) < 0,
      })),
      sites,
      vulnerable,
      missing,
      drift,
    };
  });
}

/** Sites that have an older version than the newest. */
export function olderPlaces(row: PackageRow): readonly Place[] {
  return row.versions.flatMap(({ older, places }) => (older ? places : []));
}

interface Draft {
  sites: number;
  readonly versions: Map<string, Place[]>;
  readonly vulnerable: Place[];
  readonly missing: Place[];
  readonly drift: Place[];
}

function emptyDraft(): Draft {
  return { sites: 0, versions: new Map(), vulnerable: [], missing: [], drift: [] };
}

function note(place: Place, drafts: Map<string, Draft>): void {
  for (const [name, versions] of place.installed ?? []) {
    const draft = draftOf(name, drafts);
    draft.sites++;
    for (const version of versions) listed(version, draft.versions).push(place);
    if (place.flawed.size > 0 && versions.some(version => place.flawed.has(`${name}-${version}`)))
      draft.vulnerable.push(place);
  }
  for (const [name, outcome] of unmet(place)) draftOf(name, drafts)[outcome].push(place);
}

/** Names of packages that are not as wanted; one that two patterns miss counts once. */
function unmet(place: Place): ReadonlyMap<string, 'missing' | 'drift'> {
  const found = new Map<string, 'missing' | 'drift'>();
  for (const { name, outcome } of place.wishes) if (outcome !== 'met') found.set(name, outcome);
  return found;
}

function draftOf(name: string, drafts: Map<string, Draft>): Draft {
  const known = drafts.get(name);
  if (known) return known;
  const draft = emptyDraft();
  drafts.set(name, draft);
  return draft;
}

function listed(version: string, versions: Map<string, Place[]>): Place[] {
  const known = versions.get(version);
  if (known) return known;
  const places: Place[] = [];
  versions.set(version, places);
  return places;
}

function newestOf(known: string | undefined, seen: string | undefined): string | undefined {
  if (known === undefined || seen === undefined) return known ?? seen;
  return compareVersions(seen, known) > 0 ? seen : known;
}
