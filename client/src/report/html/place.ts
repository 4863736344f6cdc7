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

/** The sites in the order of the report. */
export function placesOf(input: HtmlInput): readonly Place[] {
  const judge = wishJudge();
  const sections = new Set(worstFirst(input.report.sites).slice(0, MOST_SECTIONS));
  return input.report.sites.map((status, at) =>
    placeOf(status, sections.has(status) ? `site-${at + 1}` : undefined, input, judge),
  );
}

/** Sites by how bad they are, then by name. */
export function worstFirst(sites: readonly SiteStatus[]): readonly SiteStatus[] {
  const rank = new Map(WORST_FIRST.map((state, at) => [state, at]));
  const rankOf = ({ state }: SiteStatus) => rank.get(state) ?? WORST_FIRST.length;
  return sites.toSorted((a, b) => rankOf(a) - rankOf(b) || byText(a.name, b.name));
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

function installedOf(packages: NonNullable<SiteStatus['packages']>): Installed {
  const installed = new Map<string, string[]>();
  for (const { name, version } of packages) {
    const versions = installed.get(name);
    if (versions) versions.push(version);
    else installed.set(name, [version]);
  }
  return installed;
}
