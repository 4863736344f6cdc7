import { splitPkgname } from '../../../../server/src/core/pkgsrc/pkgname.ts';
import type { SiteStatus } from '../status-report.ts';
import type { HtmlInput, PastState } from './html-input.ts';
import { WORST_FIRST } from './states.ts';
import { type Installed, type Wish, wishJudge } from './wishes.ts';

/** One site with what follows from its facts. */
export interface Place {
  readonly status: SiteStatus;
  /** Of its section in the page, made of its number, never of its name; absent: it has no section. */
  readonly id?: string;
  /** `undefined`: its packages are not known. */
  readonly installed?: Installed;
  /** Names and versions of packages with known vulnerabilities. */
  readonly flawed: ReadonlySet<string>;
  /** What became of its wanted patterns; empty while its packages are not known. */
  readonly wishes: readonly Wish[];
  readonly history: readonly PastState[];
}

/** The sites in the orders that the page needs. */
export interface Places {
  /** In the order of the report. */
  readonly places: readonly Place[];
  readonly byName: readonly Place[];
  /** By how bad they are, then by name. */
  readonly worstFirst: readonly Place[];
}

/** The sites of a report with what follows from their facts. */
export function placesOf(input: HtmlInput): Places {
  const judge = wishJudge();
  const { sites } = input.report;
  const byName = [...sites.keys()].sort((a, b) => byText(sites[a]?.name ?? '', sites[b]?.name ?? ''));
  const rank = new Map(WORST_FIRST.map((state, at) => [state, at]));
  const ranks = sites.map(({ state }) => rank.get(state) ?? WORST_FIRST.length);
  const worstFirst = byName.toSorted((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
  const sections = new Set(worstFirst.slice(0, MOST_SECTIONS));
  const places = sites.map((status, at) =>
    placeOf(status, sections.has(at) ? `site-${at + 1}` : undefined, input, judge),
  );
  const at = (index: number) => places[index] ?? [];
  return { places, byName: byName.flatMap(at), worstFirst: worstFirst.flatMap(at) };
}

/** Sites with a section of their own. Of a site beyond them the page says only how it stands. */
const MOST_SECTIONS = 2000;

/** Names of texts as people sort them: `site2` before `site10`. */
export function byText(a: string, b: string): number {
  return COLLATOR.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

function placeOf(
  status: SiteStatus,
  id: string | undefined,
  input: HtmlInput,
  judge: (pattern: string, installed: Installed) => Wish,
): Place {
  const installed = status.packages ? installedOf(status.packages) : undefined;
  const wanted = input.wanted.get(status.name) ?? [];
  return {
    status,
    ...(id === undefined ? {} : { id }),
    ...(installed ? { installed } : {}),
    flawed: new Set(status.vulnerabilities.map(({ package: name }) => name)),
    wishes: installed ? wanted.map(pattern => judge(pattern, installed)) : [],
    history: (input.history.get(status.name) ?? []).slice(-MOST_PAST),
  };
}

/** Packages with known vulnerabilities, by name, with how many a site has of them. */
export function flawedNames(place: Place): ReadonlySet<string> {
  return new Set([...place.flawed].map(each => splitPkgname(each).name));
}

/** As many past states as a row of marks shows. */
const MOST_PAST = 30;

/** No package is installed in more versions, unless to make us work. */
const MOST_VERSIONS = 20;

function installedOf(packages: NonNullable<SiteStatus['packages']>): Installed {
  const installed = new Map<string, string[]>();
  for (const { name, version } of packages) {
    const versions = installed.get(name);
    if (!versions) installed.set(name, [version]);
    else if (versions.length < MOST_VERSIONS && !versions.includes(version)) versions.push(version);
  }
  return installed;
}
