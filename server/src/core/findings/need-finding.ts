import type { Closure } from '../closure.ts';
import type { CaughtNeed } from '../collect.ts';
import type { Combination, Confidence, Finding, Fix, Need, ProofStep, Severity } from '../model.ts';
import { once } from '../once.ts';
import { needSteps, searchStep, waySteps } from '../proof.ts';
import type { Way } from '../resolve.ts';
import type { Universe } from '../universe.ts';
import { describe } from '../variants.ts';

/** Needs of one manifest that came out the same way and have the same candidates: one finding. */
export interface NeedGroup {
  readonly code: string;
  readonly needs: readonly CaughtNeed[];
  /** The combinations concerned, and all there are. */
  readonly combinations: readonly Combination[];
  readonly all: readonly Combination[];
  /** What would satisfy them, or with `indirect`, what does. */
  readonly ways: readonly Way[];
  /** What the declared dependencies bring in each of these combinations, for each of the needs; never empty. */
  readonly closures: ReadonlySet<Closure>;
  readonly universe: Universe;
  /** Whether the deliverer itself must be declared (`policy: { transitive: direct }`). */
  readonly direct: boolean;
}

/**
 * Everything about a finding that does not depend on its kind. What only some readers ask for, and what
 * takes a look at each of thousands of needs, is made when it is asked for.
 */
export function needFinding(
  group: NeedGroup,
  told: {
    readonly severity: Severity;
    readonly message: string;
    /** What is needed, where that is not what the files themselves call it. */
    readonly what?: string;
    readonly fixes: () => readonly Fix[];
    readonly proof: readonly ProofStep[];
  },
): Finding {
  const first = strongest(group.needs);
  const { confidence, catcher } = first.need;
  const anyOf = once(() => pathsOf(group.needs, first));
  const places = once(() => placesOf(inOrder(group.needs, first)));
  const neededBy = once(() => [...new Set(inOrder(group.needs, first).map(one => one.need.neededBy))]);
  const what = once(() => told.what ?? whats(inOrder(group.needs, first)).join(', '));
  const fixes = once(told.fixes);
  const proof = once(() => [
    ...needSteps(inOrder(group.needs, first)),
    searchStep(anyOf()),
    ...waySteps(group.ways, group.universe),
    ...told.proof,
  ]);
  return {
    code: group.code,
    severity: severityOf(told.severity, confidence),
    confidence,
    message: told.message,
    span: first.need.span ?? first.file.span,
    get payloadPlaces() {
      return places();
    },
    catcher,
    get neededBy() {
      return neededBy();
    },
    get what() {
      return what();
    },
    get anyOf() {
      return anyOf();
    },
    candidates: [...new Set(group.ways.flatMap(way => missingOf(way, group)))],
    variants: group.combinations.length < group.all.length ? group.combinations.map(describe) : [],
    get proof() {
      return proof();
    },
    get fixes() {
      return fixes();
    },
  };
}

/** A hint stays a hint, and nothing less than certain is an error. */
function severityOf(severity: Severity, confidence: Confidence): Severity {
  if (confidence === 'hint') return 'hint';
  return severity === 'error' && confidence !== 'certain' ? 'warning' : severity;
}

/** The surest confidence among the needs of a group. */
export function confidenceOf({ needs }: NeedGroup): Confidence {
  return strongest(needs).need.confidence;
}

/** `needs /usr/bin/perl`, or for many: `needs libc.so.1, libm.so.2 and 3 more`; with the other files that do. */
export function needing(group: NeedGroup): { readonly what: string; readonly others: string } {
  const all = whats(surestFirst(group.needs));
  const shown = all.slice(0, 3).join(', ');
  const names = new Set<string>();
  for (const { need } of group.needs) names.add(need.neededBy);
  const files = names.size;
  return {
    what: all.length > 3 ? `${shown} and ${all.length - 3} more` : shown,
    others: files > 1 ? ` (and so ${files === 2 ? 'does 1 more file' : `do ${files - 1} more files`})` : '',
  };
}

/** ` for arch=sparc`, or nothing when every combination is concerned. */
export function inCombinations({ combinations, all }: NeedGroup): string {
  if (combinations.length === all.length) return '';
  return ` for ${combinations.map(describe).join(', ')}`;
}

/** The packages of a way that the declared dependencies do not bring, the one that delivers the path first. */
export function missingOf(way: Way, group: NeedGroup): readonly string[] {
  const closures = [...group.closures];
  const lacks = (closure: Closure, name: string) =>
    group.direct && name === way.provider ? !closure.isDeclared(name) : !closure.has(name);
  const missing = way.packages.filter(name => closures.some(closure => lacks(closure, name)));
  if (missing.length === 0) return [way.provider];
  return missing.sort((a, b) => Number(b === way.provider) - Number(a === way.provider));
}

/** `a`, `a or b`, `a, b or c`; packages that are needed together are joined by `with`. */
export function eitherOf(alternatives: readonly (readonly string[])[]): string {
  const names = alternatives.map(one => one.join(' with '));
  const last = names.pop() ?? '';
  return names.length > 0 ? `${names.join(', ')} or ${last}` : last;
}

/** The surest first. */
const CONFIDENCES: readonly Confidence[] = ['certain', 'likely', 'hint'];

function strongest(needs: readonly CaughtNeed[]): CaughtNeed {
  const [first] = needs;
  if (!first) throw new RangeError('a group of needs is never empty');
  for (const confidence of CONFIDENCES) {
    const found = needs.find(one => one.need.confidence === confidence);
    if (found) return found;
  }
  return first;
}

function surestFirst(needs: readonly CaughtNeed[]): readonly CaughtNeed[] {
  const [first] = needs;
  if (needs.every(one => one.need.confidence === first?.need.confidence)) return needs;
  const parts = Map.groupBy(needs, one => one.need.confidence);
  return CONFIDENCES.flatMap(confidence => parts.get(confidence) ?? []);
}

/** The need that the finding is about before all others. */
function inOrder(needs: readonly CaughtNeed[], first: CaughtNeed): readonly CaughtNeed[] {
  return needs[0] === first ? needs : [first, ...needs.filter(one => one !== first)];
}

function whats(needs: readonly CaughtNeed[]): readonly string[] {
  const names = new Set<string>();
  for (const { need } of needs) names.add(need.what);
  return [...names];
}

/** All that would satisfy one of them. Thousands of needs have few different lists. */
export function alternativesOf({ needs }: NeedGroup): readonly Need[] {
  const lists = new Set<readonly Need[]>();
  for (const { need } of needs) lists.add(need.anyOf);
  return lists.size === 1 ? (needs[0]?.need.anyOf ?? []) : [...new Set([...lists].flat())];
}

/** Thousands of needs have few different lists of paths. */
function pathsOf(needs: readonly CaughtNeed[], first: CaughtNeed): readonly Need[] {
  const lists = new Set([first.need.anyOf]);
  for (const { need } of needs) lists.add(need.anyOf);
  const all = new Set<Need>();
  for (const list of lists) {
    for (const need of list) if (all.size < MOST_PATHS) all.add(need);
  }
  return [...all];
}

/** More places than any program that reads a finding can use. */
const MOST_PATHS = 200;

function placesOf(needs: readonly CaughtNeed[]): Finding['payloadPlaces'] {
  const places = new Map<string, Finding['payloadPlaces'][number]>();
  for (const { need, location } of needs) {
    if (!need.at || location === undefined) continue;
    places.set(`${location}\0${need.at.line}:${need.at.column}`, { file: location, range: need.at });
  }
  return [...places.values()];
}
