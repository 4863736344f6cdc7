import type { z } from 'zod';
import type { CommandLists, SitesFile, SitesReading } from './model.ts';
import { checked, faultOf } from './sites/faults.ts';
import type { ValueIssue } from './sites/issue.ts';
import { type Defaults, isValues, namesTwice, siteIn, type Values, withoutNulls } from './sites/one-site.ts';
import { type Backends, backendNameIssue } from './sites/rules.ts';
import { secretIssues } from './sites/secrets.ts';
import { defaultsSchema } from './sites/site-schema.ts';
import { readSitesText, type SitesText } from './sites/text.ts';
import { secondsIn } from './sites/values.ts';
import {
  backendSchema,
  limitsSchema,
  outlineSchema,
  retentionSchema,
  vulnerabilitiesSchema,
} from './sites-schema.ts';

/**
 * Reads a sites file. `directory` is where it lies: its relative paths count from there.
 *
 * A site that is broken is left out, with its faults, and the others count. What concerns all sites and is
 * wrong (bad YAML, a key that is not known, a secret) leaves no file: a slip in `defaults` could send jobs
 * to the wrong area of every site.
 */
export function readSites(text: string, directory: string): SitesReading {
  const read = readSitesText(text);
  const value = withoutExtensions(read.value);
  const whole = wholeIssues(read, value);
  if (whole.length > 0) return { faults: whole.map(issue => faultOf(read, issue)) };
  const { vo, sites: written, ...parts } = value as Outline;
  const issues: ValueIssue[] = [];
  const backends = backendsIn(parts.backends, issues);
  const defaults = defaultsIn(parts.defaults, issues);
  const rest = restOf(parts, issues);
  const around = { read, vo, directory, backends, defaults, twice: namesTwice(written) };
  const readings = written.map((site, index) => siteIn(site, index, around));
  const faults = [...issues.map(issue => faultOf(read, issue)), ...readings.flatMap(one => one.faults)];
  return { file: { vo, sites: readings.flatMap(({ site }) => site ?? []), ...rest }, faults };
}

/** A sites file whose outline is right. */
interface Outline {
  readonly vo: string;
  readonly sites: readonly unknown[];
  readonly defaults?: Values | null;
  readonly backends?: unknown;
  readonly vulnerabilities?: unknown;
  readonly limits?: unknown;
  readonly retention?: unknown;
}

/** Keys `x-…` are the writer's own: a place for anchors. */
function withoutExtensions(value: unknown): unknown {
  if (!isValues(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')));
}

/** What leaves nothing of the file. */
function wholeIssues(read: SitesText, value: unknown): readonly ValueIssue[] {
  const marks = read.marks.filter(({ path }) => siteAt(path) === undefined);
  if (marks.length > 0) return marks;
  if (value === undefined && read.marks.length > 0) return read.marks;
  const { sites, ...shared } = isValues(read.value) ? read.value : {};
  const secrets = secretIssues(Array.isArray(sites) ? shared : { ...shared, sites }, []);
  return secrets.length > 0 ? secrets : checked(outlineSchema, value ?? {}, []).issues;
}

/** Which site a path leads into. */
function siteAt([first, index]: readonly PropertyKey[]): number | undefined {
  return first === 'sites' && typeof index === 'number' ? index : undefined;
}

function backendsIn(value: unknown, issues: ValueIssue[]): Backends {
  const backends = new Map<string, CommandLists | undefined>();
  for (const [name, written] of Object.entries(isValues(value) ? value : {})) {
    const { value: lists, issues: wrong } = checked(backendSchema, written, ['backends', name]);
    const bad = [backendNameIssue(name), ...wrong].filter(issue => issue !== undefined);
    issues.push(...bad);
    backends.set(name, bad.length > 0 ? undefined : (lists as CommandLists));
  }
  if (value !== undefined && value !== null && !isValues(value))
    issues.push({
      path: ['backends'],
      message: '"backends" is no mapping',
      remedy: 'write "NAME:" and its commands',
    });
  return backends;
}

function defaultsIn(value: Values | null | undefined, issues: ValueIssue[]): Defaults {
  const values = withoutNulls(value ?? {});
  const found = checked(defaultsSchema, values, ['defaults']).issues;
  issues.push(...found);
  const wrong = new Map(found.map(issue => [String(issue.path[1]), issue]));
  const right = Object.entries(values).filter(([key]) => !wrong.has(key));
  return { values: Object.fromEntries(right), wrong };
}

function restOf(
  { vulnerabilities, limits, retention }: Omit<Outline, 'vo' | 'sites'>,
  issues: ValueIssue[],
): Pick<SitesFile, 'vulnerabilities' | 'limits' | 'retention'> {
  const list = partOf(vulnerabilitiesSchema, vulnerabilities, 'vulnerabilities', issues);
  const bounds = partOf(limitsSchema, limits, 'limits', issues) ?? {};
  const kept = partOf(retentionSchema, retention, 'retention', issues) ?? {};
  const pollMinSeconds = secondsIn(bounds.pollFirst ?? '1s');
  return {
    ...(typeof list === 'object' && { vulnerabilities: list as NonNullable<SitesFile['vulnerabilities']> }),
    limits: {
      commands: bounds.commands ?? 8,
      commandsPerHost: bounds.commandsPerHost ?? 2,
      commandSeconds: secondsIn(bounds.commandTime ?? '5m'),
      pollMinSeconds,
      pollMaxSeconds: Math.max(pollMinSeconds, secondsIn(bounds.pollLast ?? '5m')),
    },
    retention: { days: kept.days ?? 365, jobsPerSite: kept.jobsPerSite ?? 200 },
  };
}

/** A part of the file; of a mapping whose keys may be absent, those that are right. */
function partOf<S extends z.ZodType>(
  schema: S,
  written: unknown,
  name: string,
  issues: ValueIssue[],
): z.infer<S> | undefined {
  if (written === undefined || written === null) return undefined;
  const first = checked(schema, written, [name]);
  issues.push(...first.issues);
  if (first.issues.length === 0 || !isValues(written)) return first.value;
  const wrong = new Set(first.issues.map(({ path }) => path[1]));
  const right = Object.entries(written).filter(([key]) => !wrong.has(key));
  return checked(schema, Object.fromEntries(right), [name]).value;
}
