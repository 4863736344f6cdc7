/**
 * A version as pkg_install reads it ("Dewey decimal", `dewey.c`): a list of numbers, and the package's revision.
 */
export interface DeweyVersion {
  /** `.`, `_` and `pl` are 0, `alpha` is -3, `beta` -2, `pre` and `rc` -1, another letter 0 and its place in the alphabet. */
  readonly numbers: readonly number[];
  /** Number behind the last `nb`. */
  readonly revision: number;
}

/** Order of two versions, negative when `a` is older. Every text is a version: what has no meaning is skipped. */
export function compareVersions(a: string, b: string): number {
  return a === b ? 0 : compareDewey(readVersion(a), readVersion(b));
}

/** Order of two versions that were read. A missing number is 0, so that 1 equals 1.0; the revision counts last. */
export function compareDewey(a: DeweyVersion, b: DeweyVersion): number {
  const length = Math.max(a.numbers.length, b.numbers.length);
  for (let at = 0; at < length; at++) {
    const difference = difference32(a.numbers[at] ?? 0, b.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return difference32(a.revision, b.revision);
}

/** Reads a version; see `DeweyVersion`. */
export function readVersion(text: string): DeweyVersion {
  const numbers: number[] = [];
  let revision = 0;
  for (const [piece] of text.matchAll(PIECE)) {
    const first = piece.charCodeAt(0);
    if (isDigit(first)) numbers.push(number32(piece, 0));
    else if (isRevision(piece)) revision = number32(piece, 2);
    else numbers.push(...meaning(piece.toLowerCase()));
  }
  return { numbers, revision };
}

/** In the order in which `dewey.c` tries them: `nb` comes after the modifiers, single letters last. */
const PIECE = /[0-9]+|alpha|beta|pre|rc|pl|[_.]|nb[0-9]*|[a-z]/gi;

const MODIFIERS: ReadonlyMap<string, number> = new Map([
  ['alpha', -3],
  ['beta', -2],
  ['pre', -1],
  ['rc', -1],
  ['pl', 0],
  ['_', 0],
  ['.', 0],
]);

function meaning(piece: string): readonly number[] {
  const modifier = MODIFIERS.get(piece);
  return modifier === undefined ? [0, piece.charCodeAt(0) - 96] : [modifier];
}

function isRevision(piece: string): boolean {
  return piece.length >= 2 && /^nb/i.test(piece);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** The tools count in 32 bits and wrap around: 4294967297 is 1. */
function number32(digits: string, from: number): number {
  let value = 0;
  for (let at = from; at < digits.length; at++)
    value = (Math.imul(value, 10) + (digits.charCodeAt(at) - 48)) | 0;
  return value;
}

function difference32(a: number, b: number): number {
  return (a - b) | 0;
}
