import type { Site, SitesFault } from '../model.ts';
import { visibleLine } from '../visible-text.ts';
import { checked, faultOf } from './faults.ts';
import type { ValueIssue } from './issue.ts';
import { type Backends, siteIssues } from './rules.ts';
import { secretIssues } from './secrets.ts';
import { siteFrom } from './site.ts';
import { siteSchema, type ValidSite } from './site-schema.ts';
import type { SitesText } from './text.ts';

/** What one site is read with. */
export interface SiteSurroundings {
  readonly read: SitesText;
  readonly vo: string;
  readonly directory: string;
  readonly backends: Backends;
  readonly defaults: Defaults;
  /** Names that more than one site has. */
  readonly twice: ReadonlySet<unknown>;
}

/** The defaults, and which of them are wrong. */
export interface Defaults {
  readonly values: Values;
  readonly wrong: ReadonlyMap<string, ValueIssue>;
}

/** A mapping of the file. */
export type Values = Readonly<Record<string, unknown>>;

/** Reads one entry of `sites`; it is left out when anything in it, or in what it takes, is wrong. */
export function siteIn(
  written: unknown,
  index: number,
  around: SiteSurroundings,
): { readonly site?: Site; readonly faults: readonly SitesFault[] } {
  const result = validSite(written, index, around);
  if (isIssues(result)) {
    const name = nameOf(written, index);
    return { faults: result.map(issue => faultOf(around.read, issue, name)) };
  }
  const site = result;
  const { vo, directory, backends } = around;
  return {
    site: siteFrom(site, { vo, directory, commands: backends.get(site.backend ?? 'local') }),
    faults: [],
  };
}

function validSite(
  written: unknown,
  index: number,
  { read, backends, defaults, twice }: SiteSurroundings,
): ValidSite | readonly ValueIssue[] {
  const base = ['sites', index];
  const marks = read.marks.filter(({ path }) => path[0] === 'sites' && path[1] === index);
  const early = [...marks, ...secretIssues(written, base)];
  if (early.length > 0) return early;
  const own = isValues(written) ? written : {};
  const inherited = [...defaults.wrong]
    .filter(([key]) => !Object.hasOwn(own, key))
    .map(([, issue]) => taken(issue));
  const { value, issues } = checked(
    siteSchema,
    isValues(written) ? withoutNulls({ ...defaults.values, ...own }) : written,
    base,
  );
  const all = [...issues, ...inherited, ...(twice.has(own.name) ? [sameName(base)] : [])];
  if (value === undefined || all.length > 0) return all;
  const late = siteIssues(value, new Set(Object.keys(own)), backends);
  const placeOf = ([key]: readonly PropertyKey[]) =>
    !Object.hasOwn(own, key ?? '') && Object.hasOwn(defaults.values, key ?? '') ? ['defaults'] : base;
  return late.length > 0
    ? late.map(issue => ({ ...issue, path: [...placeOf(issue.path), ...issue.path] }))
    : value;
}

function isIssues(result: ValidSite | readonly ValueIssue[]): result is readonly ValueIssue[] {
  return Array.isArray(result);
}

function taken(issue: ValueIssue): ValueIssue {
  return { ...issue, message: `In the defaults, which this site takes: ${issue.message}` };
}

function sameName(base: readonly PropertyKey[]): ValueIssue {
  return {
    path: [...base, 'name'],
    message: 'Another site has the same name, so neither is used',
    remedy: 'give each site a name of its own',
  };
}

/** What a site that is left out is called in messages. */
function nameOf(written: unknown, index: number): string {
  const name = isValues(written) ? written.name : undefined;
  if (typeof name !== 'string' || name === '' || secretIssues(name, []).length > 0) return `sites[${index}]`;
  return visibleLine(name, 64);
}

/** Whether a value is a mapping. */
export function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A mapping without the keys that have no value. */
export function withoutNulls(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Names that more than one of the sites has. */
export function namesTwice(sites: readonly unknown[]): ReadonlySet<unknown> {
  const seen = new Set<unknown>();
  const twice = new Set<unknown>();
  for (const site of sites) {
    const name = isValues(site) ? site.name : undefined;
    if (name !== undefined && seen.has(name)) twice.add(name);
    seen.add(name);
  }
  return twice;
}
