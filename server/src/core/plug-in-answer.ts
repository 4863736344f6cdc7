import { printable } from './formats/printable.ts';
import type { Caught, Confidence, ImplicitDependency, PayloadFault, Range } from './model.ts';
import { normalise } from './paths.ts';

/** More than any real file needs; what a plug-in says beyond is refused. */
const MOST = 2000;
const LONGEST = 4096;

/**
 * What a catcher from outside said of one file, as far as it has the shape of `Caught`; a text says what is wrong
 * with it. The answer may be of any shape at all.
 */
export function caughtIn(answer: unknown, catcher: string, neededBy: string): Caught | string {
  if (!isRecord(answer)) return 'inspect answered no object; it must answer { dependencies, faults }';
  const { dependencies = [], faults = [], provides = [] } = answer;
  if (!Array.isArray(dependencies) || !Array.isArray(faults) || !Array.isArray(provides))
    return 'dependencies, faults and provides must be lists';
  if (dependencies.length + faults.length + provides.length > MOST)
    return `inspect answered more than ${MOST} entries for one file`;
  const needs: ImplicitDependency[] = [];
  for (const one of dependencies) {
    const need = needIn(one, catcher, neededBy);
    if (typeof need === 'string') return need;
    needs.push(need);
  }
  const said: PayloadFault[] = [];
  for (const one of faults) {
    if (!isRecord(one) || !isText(one.message)) return 'a fault needs a message, a text';
    said.push({ message: printable(one.message), ...placed(one.at) });
  }
  if (!provides.every(isText)) return 'provides must hold texts';
  return { dependencies: needs, faults: said, provides };
}

function needIn(one: unknown, catcher: string, neededBy: string): ImplicitDependency | string {
  if (!isRecord(one)) return 'a dependency is no object';
  const { what, because = what, anyOf, confidence = 'likely', unmet } = one;
  if (!isText(what) || !isText(because)) return 'a dependency needs what and because, texts';
  if (!Array.isArray(anyOf) || anyOf.length === 0 || anyOf.length > MOST || !anyOf.every(isText))
    return `the dependency on ${printable(what)} needs anyOf, a list of installed paths`;
  const places = [...new Set(anyOf.map(normalise))].filter(path => path !== '');
  if (places.length === 0) return `the dependency on ${printable(what)} names the root directory alone`;
  if (!isConfidence(confidence))
    return `the dependency on ${printable(what)} needs a confidence: certain, likely or hint`;
  return {
    catcher,
    neededBy,
    what: printable(what),
    because: printable(because),
    anyOf: places,
    confidence,
    ...placed(one.at),
    ...(unmet === 'nothing' && { unmet }),
  };
}

function placed(at: unknown): { readonly at?: Range } {
  if (!isRecord(at)) return {};
  const { line, column, endLine = line, endColumn = column } = at;
  const numbers = [line, column, endLine, endColumn];
  if (!numbers.every(one => Number.isSafeInteger(one) && (one as number) >= 0)) return {};
  return { at: { line, column, endLine, endColumn } as Range };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST;
}

function isConfidence(value: unknown): value is Confidence {
  return value === 'certain' || value === 'likely' || value === 'hint';
}
