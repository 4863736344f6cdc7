import { splitPkgname } from '../../../../server/src/core/pkgsrc/pkgname.ts';
import type { SiteStatus } from '../status-report.ts';
import { byText, type Place } from './place.ts';
import { outcomeOf } from './states.ts';

/** One thing that is wrong at one or more sites. */
export interface Cause {
  /** What is wrong, without what differs between the sites. */
  readonly text: string;
  /** The words of the first site, where they say more. */
  readonly example?: string;
  readonly places: readonly Place[];
  /** Sites at which nothing else is wrong: mended, they would be well. */
  readonly alone: readonly Place[];
}

/** What is wrong at the sites, grouped by what it is; what explains most sites first. */
export function causesOf(places: readonly Place[]): readonly Cause[] {
  const groups = new Map<string, { symptoms: Symptom[]; places: Place[]; alone: Place[] }>();
  for (const place of places) {
    const symptoms = new Map(symptomsOf(place).map(symptom => [symptom.text, symptom]));
    for (const [text, symptom] of symptoms) {
      const group = groups.get(text) ?? { symptoms: [], places: [], alone: [] };
      groups.set(text, group);
      group.symptoms.push(symptom);
      group.places.push(place);
      if (symptoms.size === 1) group.alone.push(place);
    }
  }
  return [...groups]
    .map(([text, { symptoms, places, alone }]) => ({
      ...wordsFor(text, symptoms),
      places,
      alone,
    }))
    .sort((a, b) => b.places.length - a.places.length || byText(a.text, b.text));
}

/**
 * A text without what differs from site to site though the cause is the same: addresses, times, hosts, paths,
 * the name of the site, numbers.
 */
export function normalised(text: string, site: string): string {
  return text
    .slice(0, LONGEST)
    .replace(/\b[a-z][a-z0-9+.-]{0,15}:\/\/[^\s'"<>]+/gi, '‹address›')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?/g, '‹time›')
    .replace(/(^|[\s'"(=:[])\/[^\s'":,;)\]]+/g, '$1‹path›')
    .replace(/[A-Za-z0-9_](?:[\w.@-]*[A-Za-z0-9_])?/g, word => normalWord(word, site));
}

/** The words themselves where all sites have the same, otherwise what they have in common, and those of the first. */
function wordsFor(text: string, symptoms: readonly Symptom[]): Pick<Cause, 'text' | 'example'> {
  const [first] = symptoms;
  if (first?.words === undefined) return { text };
  return symptoms.every(({ words }) => words === first.words)
    ? { text: first.words }
    : { text, example: first.words };
}

/** Longer sentences differ at their ends only. */
const LONGEST = 400;

interface Symptom {
  readonly text: string;
  readonly words?: string;
}

function normalWord(word: string, site: string): string {
  if (word === site) return '‹site›';
  if (HOST.test(word) || ADDRESS.test(word)) return '‹host›';
  if (/^(?=.*\d)[0-9a-f]{8,}$/i.test(word)) return '‹id›';
  return word.replace(/\d+(?:\.\d+)*/g, '‹n›');
}

/** A name of three or more parts, the last of letters, with or without a user. */
const HOST = /^(?:[\w.-]{1,64}@)?(?:[a-z0-9-]{1,63}\.){2,8}[a-z]{2,24}$/i;
const ADDRESS = /^(?:[\w.-]{1,64}@)?\d{1,3}(?:\.\d{1,3}){3}$/;

/** What is wrong at a site, in as many parts as can be mended apart from each other. */
function symptomsOf(place: Place): readonly Symptom[] {
  const { status } = place;
  const parts = [
    ...flaws(place),
    ...status.problems.map(({ code, package: name, text }) =>
      code === 'wanted-missing' && name !== undefined
        ? { text: `${name} is wanted and not installed` }
        : symptom(text, status),
    ),
    ...(status.job?.actions ?? [])
      .filter(({ outcome }) => outcome === 'failed')
      .map(action => failure(action, status)),
  ];
  return outcomeOf(status.state) === 'bad' && needsReason(status, parts.length)
    ? [symptom(status.reason, status), ...parts]
    : parts;
}

/** Whether the site's reason says more than the parts do: it repeats them where they made the state. */
function needsReason({ state, job }: SiteStatus, parts: number): boolean {
  if (parts === 0) return true;
  if (state === 'failed') return !job?.actions.some(({ outcome }) => outcome === 'failed');
  return ['lost', 'unreachable', 'cancelled', 'absent', 'missing'].includes(state);
}

function flaws(place: Place): readonly Symptom[] {
  const names = new Set([...place.flawed].map(each => splitPkgname(each).name));
  return [...names].map(name => ({ text: `${name} has known vulnerabilities` }));
}

function failure(action: NonNullable<SiteStatus['job']>['actions'][number], status: SiteStatus): Symptom {
  const why = action.text ?? action.code;
  const what = `${action.package} could not be ${PAST[action.verb] ?? 'handled'}`;
  return symptom(why === undefined ? what : `${what}: ${why}`, status);
}

const PAST: Readonly<Record<string, string>> = {
  install: 'installed',
  update: 'updated',
  remove: 'removed',
  build: 'built',
};

function symptom(words: string, { name }: SiteStatus): Symptom {
  return { text: normalised(words, name), words };
}
