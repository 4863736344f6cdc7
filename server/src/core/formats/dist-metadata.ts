import type { Range } from '../model.ts';
import { type MarkerEnvironment, markerHolds } from './dist-marker.ts';

/** A distribution that another one requires when it is installed, PEP 508. */
export interface RequiredDistribution {
  /** As written. */
  readonly name: string;
  /** Lower case, with `-` for every run of `-`, `_` and `.` (PEP 503). */
  readonly normalised: string;
  /** The whole requirement, without blanks around it. */
  readonly text: string;
  /** Of the name. */
  readonly at: Range;
  /** False: the marker holds or there is none; true: it depends on what only the machine knows. */
  readonly unsure: boolean;
}

/** Most requirements of one distribution that are read. */
const MOST = 2000;

/**
 * Distributions that a `METADATA` or `PKG-INFO` file requires in an environment: `Requires-Dist`, core metadata
 * 1.2 and later. What only an extra needs is left out. The text ends at the first empty line.
 */
export function readMetadata(text: string, environment: MarkerEnvironment): readonly RequiredDistribution[] {
  const found: RequiredDistribution[] = [];
  for (const [line, content] of linesOf(text)) {
    if (content === '' || found.length >= MOST) break;
    const field = /^Requires-Dist:[ \t]*/i.exec(content);
    const required = field && requirementIn(content, line, field[0].length, environment);
    if (required) found.push(required);
  }
  return found;
}

/**
 * Distributions that a `requires.txt` of setuptools requires: a requirement in each line; a section is for an
 * extra, under a marker, or both (`[extra:marker]`).
 */
export function readRequires(text: string, environment: MarkerEnvironment): readonly RequiredDistribution[] {
  const found: RequiredDistribution[] = [];
  let holds: boolean | undefined = true;
  for (const [line, content] of linesOf(text)) {
    if (found.length >= MOST) break;
    const section = SECTION.exec(content);
    if (section) holds = sectionHolds(section[1]!, section[2]?.trim() ?? '', environment);
    const indent = /^[ \t]*/.exec(content)![0].length;
    const required =
      section || holds === false ? undefined : requirementIn(content, line, indent, environment);
    if (required) found.push(holds === undefined ? { ...required, unsure: true } : required);
  }
  return found;
}

const SECTION = /^\[([^:\]]*)(?::(.*))?\][ \t]*$/;

function sectionHolds(extra: string, marker: string, environment: MarkerEnvironment): boolean | undefined {
  if (extra !== '') return false;
  return marker === '' ? true : markerHolds(marker, environment);
}

/** Reads a requirement that begins at a column of a line; `undefined` when there is none, or it does not hold. */
function requirementIn(
  content: string,
  line: number,
  column: number,
  environment: MarkerEnvironment,
): RequiredDistribution | undefined {
  const text = content.slice(column, column + LONGEST).trim();
  const name = NAME.exec(text)?.[0];
  if (name === undefined) return undefined;
  const marker = markerOf(text);
  const holds = marker === undefined ? true : markerHolds(marker, environment);
  if (holds === false) return undefined;
  return {
    name,
    normalised: normaliseName(name),
    text,
    at: { line, column, endLine: line, endColumn: column + name.length },
    unsure: holds === undefined,
  };
}

/** A name as package indices compare it, PEP 503. */
function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** What follows the semicolon; behind a URL one only counts after a blank. */
function markerOf(text: string): string | undefined {
  const at = text.includes('@') ? text.search(/[ \t];/) : text.indexOf(';');
  return at < 0 ? undefined : text.slice(text.indexOf(';', at) + 1);
}

function* linesOf(text: string): Iterable<readonly [number, string]> {
  let line = 0;
  for (let start = 0; start <= text.length; line++) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    yield [line, text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop)];
    start = stop + 1;
  }
}

const NAME = /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?![\w])/;
const LONGEST = 2000;
