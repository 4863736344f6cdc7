/** What environment markers ask for, PEP 508; what is absent is not known. */
export type MarkerEnvironment = Readonly<Record<string, string>>;

/** The environment of a Python of this version on illumos. */
export function illumosEnvironment(version: {
  readonly major: number;
  readonly minor: number;
}): MarkerEnvironment {
  return {
    python_version: `${version.major}.${version.minor}`,
    python_full_version: `${version.major}.${version.minor}`,
    sys_platform: 'sunos5',
    platform_system: 'SunOS',
    os_name: 'posix',
    platform_python_implementation: 'CPython',
    implementation_name: 'cpython',
    extra: '',
    // Spellings of PEP 345.
    'sys.platform': 'sunos5',
    'os.name': 'posix',
    'platform.python_implementation': 'CPython',
  };
}

/**
 * Whether a marker holds; `undefined` where that depends on what the environment does not tell, and where the
 * marker makes no sense. `extra == "…"` never holds: nobody asked for one.
 */
export function markerHolds(marker: string, environment: MarkerEnvironment): boolean | undefined {
  const words = marker.slice(0, LONGEST).match(WORDS) ?? [];
  const reader: Reader = { words, at: 0, environment };
  const value = either(reader, 0);
  return reader.at === words.length ? value : undefined;
}

interface Reader {
  readonly words: readonly string[];
  at: number;
  readonly environment: MarkerEnvironment;
}

const LONGEST = 2000;
const DEEPEST = 40;
const WORDS = /[()]|"[^"]*"|'[^']*'|~=|[=!<>]=?=?|[\w.]+|\S/g;

function either(reader: Reader, depth: number): boolean | undefined {
  let value = both(reader, depth);
  while (reader.words[reader.at] === 'or') {
    reader.at++;
    const other = both(reader, depth);
    value = value === true || other === true ? true : value === undefined ? undefined : other;
  }
  return value;
}

function both(reader: Reader, depth: number): boolean | undefined {
  let value = single(reader, depth);
  while (reader.words[reader.at] === 'and') {
    reader.at++;
    const other = single(reader, depth);
    value = value === false || other === false ? false : value === undefined ? undefined : other;
  }
  return value;
}

function single(reader: Reader, depth: number): boolean | undefined {
  if (reader.words[reader.at] === '(' && depth < DEEPEST) {
    reader.at++;
    const value = either(reader, depth + 1);
    if (reader.words[reader.at] === ')') reader.at++;
    return value;
  }
  const { words, environment } = reader;
  const [left, first, second] = [words[reader.at], words[reader.at + 1], words[reader.at + 2]];
  const negated = first === 'not' && second === 'in';
  const operator = negated ? 'not in' : first;
  const right = words[reader.at + (negated ? 3 : 2)];
  reader.at += negated ? 4 : 3;
  if (left === undefined || operator === undefined || right === undefined) return undefined;
  const [a, b] = [valueFor(left, environment), valueFor(right, environment)];
  if (a === undefined || b === undefined) return undefined;
  return /version/.test(left + right) ? versionsCompare(a, operator, b) : textsCompare(a, operator, b);
}

function valueFor(word: string, environment: MarkerEnvironment): string | undefined {
  if (/^["']/.test(word)) return word.slice(1, -1);
  return Object.hasOwn(environment, word) ? environment[word] : undefined;
}

function textsCompare(a: string, operator: string, b: string): boolean | undefined {
  switch (operator) {
    case '==':
    case '===':
      return a === b;
    case '!=':
      return a !== b;
    case 'in':
      return b.includes(a);
    case 'not in':
      return !b.includes(a);
    default:
      return undefined;
  }
}

/** Compares versions by their numbers, PEP 440 as far as versions of Python need it. */
function versionsCompare(a: string, operator: string, b: string): boolean | undefined {
  if (operator === 'in' || operator === 'not in') {
    const held = b.split(/[\s,]+/).includes(a);
    return operator === 'in' ? held : !held;
  }
  const prefix = b.endsWith('.*');
  const [left, right] = [numbers(a), numbers(prefix ? b.slice(0, -2) : b)];
  if (left === undefined || right === undefined) return undefined;
  const order = compare(prefix ? left.slice(0, right.length) : left, right);
  switch (operator) {
    case '==':
    case '===':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '~=':
      return order >= 0 && compare(left.slice(0, right.length - 1), right.slice(0, -1)) === 0;
    default:
      return undefined;
  }
}

function numbers(version: string): readonly number[] | undefined {
  return /^\s*\d+(?:\.\d+)*\s*$/.test(version) ? version.trim().split('.').map(Number) : undefined;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
