import type { DependencyType } from '../model.ts';

/** A version `release[,build][-branch][:timestamp]`, `pkg(7)` "Package FMRIs and Versions". */
export interface Version {
  readonly release: readonly number[];
  /** System that it was built on; takes part in no comparison. */
  readonly build?: readonly number[];
  readonly branch?: readonly number[];
  /** `YYYYMMDDTHHMMSSZ`, UTC. */
  readonly timestamp?: string;
}

const NUMBER = '(?:0|[1-9][0-9]*)';
const DOTTED = `${NUMBER}(?:\\.${NUMBER})*`;
const VERSION = new RegExp(`^(${DOTTED})(?:,(${DOTTED}))?(?:-(${DOTTED}))?(?::(\\d{8}T\\d{6}Z))?$`);

/** Reads a version; `undefined` when it is none: zero-padded or negative numbers, another order, a day that is not. */
export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (!match) return undefined;
  const [, release = '', build, branch, timestamp] = match;
  if (timestamp !== undefined && !isTime(timestamp)) return undefined;
  return {
    release: numbers(release),
    ...(build !== undefined && { build: numbers(build) }),
    ...(branch !== undefined && { branch: numbers(branch) }),
    ...(timestamp !== undefined && { timestamp }),
  };
}

/** Writes a version as `pkg(1)` does, without adding the build that a reader presumes. */
export function formatVersion(version: Version): string {
  let text = version.release.join('.');
  if (version.build) text += `,${version.build.join('.')}`;
  if (version.branch) text += `-${version.branch.join('.')}`;
  if (version.timestamp !== undefined) text += `:${version.timestamp}`;
  return text;
}

/**
 * Order of two versions: release, then branch, then timestamp. Negative when `a` is older.
 * A list that is the beginning of another is older (1.2 before 1.2.0), a missing part is older than any.
 */
export function compareVersion(a: Version, b: Version): number {
  return (
    compareLists(a.release, b.release) ||
    compareLists(a.branch ?? [], b.branch ?? []) ||
    compareText(a.timestamp ?? '', b.timestamp ?? '')
  );
}

/** Whether `candidate` is equal to `floor` or newer: what `require` and its kin ask for. */
export function isSuccessor(candidate: Version, floor: Version): boolean {
  return compareVersion(candidate, floor) >= 0;
}

/**
 * Whether an `incorporate` dependency on `constraint` allows `candidate`: its release, and its branch
 * where it has one, begin the candidate's; a timestamp must be equal. The build is never looked at.
 */
export function isIncorporated(candidate: Version, constraint: Version): boolean {
  if (!begins(constraint.release, candidate.release)) return false;
  if (constraint.branch && !(candidate.branch && begins(constraint.branch, candidate.branch))) return false;
  return constraint.timestamp === undefined || constraint.timestamp === candidate.timestamp;
}

/**
 * Order of two verbatim versions. What cannot be read (a macro is unset) is older than what can;
 * a missing version is the oldest.
 */
export function compareVersions(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (left && right) return compareVersion(left, right);
  if (left) return 1;
  return right ? -1 : compareText(a, b);
}

/**
 * Whether `version` meets the `condition` of a dependency of this type (`pkg(7)` "Depend Actions").
 * True where either cannot be judged because it is missing or a macro in it has no value.
 * For `exclude`, meeting the condition is being present without harm: older than the condition.
 */
export function meets(
  version: string | undefined,
  condition: string | undefined,
  type: DependencyType,
): boolean {
  if (type === 'exclude' && condition === undefined) return false;
  if (version === undefined || condition === undefined || type === 'group' || type === 'group-any')
    return true;
  const candidate = parseVersion(version);
  const wanted = parseVersion(condition);
  if (!candidate || !wanted) return true;
  if (type === 'incorporate') return isIncorporated(candidate, wanted);
  if (type === 'exclude') return !isSuccessor(candidate, wanted);
  return isSuccessor(candidate, wanted);
}

function numbers(text: string): number[] {
  return text.split('.').map(Number);
}

function begins(prefix: readonly number[], list: readonly number[]): boolean {
  return prefix.length <= list.length && prefix.every((value, index) => value === list[index]);
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A real day and time, as `datetime` of the reference implementation demands. */
function isTime(timestamp: string): boolean {
  const part = (from: number, to: number): number => Number(timestamp.slice(from, to));
  const year = part(0, 4);
  const month = part(4, 6);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  const day = part(6, 8);
  return year > 0 && day >= 1 && day <= days && part(9, 11) < 24 && part(11, 13) < 60 && part(13, 15) < 60;
}
