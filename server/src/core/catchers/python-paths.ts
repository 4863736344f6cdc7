import type { Need } from '../model.ts';
import { needsOf } from '../need-grid.ts';
import { normalise } from '../paths.ts';

/** A version of Python as far as directories and file names carry it. */
export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
  /** `t`: without the global lock, which has directories and a tag of its own, PEP 703. */
  readonly flags?: 't';
}

/**
 * The version that a file belongs to: that of the directory in which it is installed, else that of its
 * `#!` line. `undefined` where neither tells: `#!/usr/bin/python3`.
 */
export function pythonVersionOf(path: string, firstLine: string): PythonVersion | undefined {
  return versionOfPath(path) ?? versionOfFirstLine(firstLine);
}

/** As directories and programs spell it: `3.11`, `3.13t`. */
export function versionText({ major, minor, flags }: PythonVersion): string {
  return `${major}.${minor}${flags ?? ''}`;
}

/** The version of `usr/lib/python3.11/…`, `opt/x/lib/python3.11/site-packages/…`. */
export function versionOfPath(path: string): PythonVersion | undefined {
  return versionIn(IN_PATH.exec(path));
}

/** The version of `#!/usr/bin/python3.11`, `#!/usr/bin/env python3.11`; that of the program, wherever it stands. */
export function versionOfFirstLine(line: string): PythonVersion | undefined {
  return versionIn(IN_FIRST_LINE.exec(line));
}

/** True when a first line runs Python, of whatever version: `#!/usr/bin/python3 -s`, `#! /usr/bin/env python`. */
export function runsPython(line: string): boolean {
  return RUNS_PYTHON.test(line);
}

/** The major version alone that a first line names: 3 for `#!/usr/bin/python3`. */
export function majorOfFirstLine(line: string): number | undefined {
  const major = MAJOR_IN_FIRST_LINE.exec(line)?.[1];
  return major === undefined ? undefined : Number(major);
}

/**
 * Where Python looks by itself, in this order: `sys.path` on illumos without the script's own directory.
 * `prefix`: that of the interpreter, `usr` or `opt/x`.
 */
export function pythonDirectories(version: PythonVersion, prefix = 'usr'): readonly string[] {
  const name = `python${versionText(version)}`;
  const known = DIRECTORIES.get(`${prefix}/${name}`);
  if (known) return known;
  const base = `${prefix}/lib/${name}`;
  const old = version.major === 2 ? [`${base}/plat-sunos5`, `${base}/lib-tk`, `${base}/lib-old`] : [];
  const made = [
    base,
    ...old,
    `${base}/lib-dynload`,
    `${base}/site-packages`,
    `${base}/vendor-packages`,
    ...(prefix === 'usr' ? [`usr/lib/pkg/${name}`] : []),
  ];
  if (DIRECTORIES.size < MOST_DIRECTORIES) DIRECTORIES.set(`${prefix}/${name}`, made);
  return made;
}

/**
 * File names, below a directory that is searched, under which `pkgdepend` looks for the last part of a module
 * name: source, byte code, package, and each suffix of extension modules, also in `64/` (`depthlimitedmf.py`).
 * A package, something in which further modules were imported, is its `__init__.py` alone.
 */
export function moduleFiles(name: string, isPackage: boolean, version: PythonVersion): readonly string[] {
  if (isPackage) return [`${name}/__init__.py`];
  const extensions = extensionSuffixes(version).map(suffix => name + suffix);
  return [
    `${name}.py`,
    `${name}.pyc`,
    `${name}.pyo`,
    `${name}/__init__.py`,
    ...extensions,
    ...extensions.map(file => `64/${file}`),
  ];
}

/**
 * Suffixes of extension modules on illumos, PEP 3149 and 384. `x86_64-pc-solaris2` is what Python is built
 * with on OmniOS; OpenIndiana's has no such part (`BARE_SUFFIX`).
 */
function extensionSuffixes(version: PythonVersion): readonly string[] {
  if (version.major < 3) return ['.so', 'module.so'];
  const own = `.cpython-${tag(version)}-x86_64-pc-solaris2.so`;
  return version.flags === 't' ? [own, '.so'] : [own, '.abi3.so', '.so'];
}

/**
 * Installed paths of a module, dotted, in search order: directory by directory, in each of them as Python's
 * finder goes: package, extension module, source, byte code. What `pkgdepend` gives, and the suffixes of other
 * builds beside. Equal questions get the same array.
 */
export function moduleCandidates(
  module: string,
  isPackage: boolean,
  version: PythonVersion,
  directories: readonly string[],
): readonly Need[] {
  const key = `${versionText(version)}${isPackage ? '/' : ' '}${module}`;
  return remembered(directories, key, () => candidates(module, isPackage, version, directories));
}

/** Installed paths of a module's source alone. */
export function sourceCandidates(module: string, directories: readonly string[]): readonly Need[] {
  const below = module.replaceAll('.', '/');
  return needsOf([{ directories, files: [`${below}/__init__.py`, `${below}.py`] }]);
}

/**
 * The same array for the same `key` under the same directories (the same array of them), made once: needs with
 * the same candidates can then be told by looking at the array.
 */
export function remembered(
  directories: readonly string[],
  key: string,
  make: () => readonly Need[],
): readonly Need[] {
  let known = CANDIDATES.get(directories);
  if (!known) {
    known = new Map();
    CANDIDATES.set(directories, known);
  }
  const found = known.get(key);
  if (found) return found;
  const made = make();
  if (known.size >= MOST_MODULES) known.clear();
  known.set(key, made);
  return made;
}

function candidates(
  module: string,
  isPackage: boolean,
  version: PythonVersion,
  directories: readonly string[],
): readonly Need[] {
  const parts = module.split('.');
  const name = parts.pop()!;
  const below = parts.length === 0 ? '' : `${parts.join('/')}/`;
  const files = isPackage ? [`${name}/__init__.py`] : filesInOrder(name, version);
  return needsOf([{ directories: normalised(directories), files: files.map(file => below + file) }]);
}

/** Each directory once, in its one spelling: mostly the same array. */
function normalised(directories: readonly string[]): readonly string[] {
  const known = NORMALISED.get(directories);
  if (known) return known;
  const all = [...new Set(directories.map(normalise))];
  const same = all.length === directories.length && all.every((one, at) => one === directories[at]);
  NORMALISED.set(directories, same ? directories : all);
  return same ? directories : all;
}

const NORMALISED = new WeakMap<readonly string[], readonly string[]>();

function filesInOrder(name: string, version: PythonVersion): readonly string[] {
  const bare = version.major < 3 ? [] : [`.cpython-${tag(version)}.so`];
  const extensions = [...extensionSuffixes(version), ...bare].map(suffix => name + suffix);
  const source = [`${name}.py`, `${name}.pyc`, `${name}.pyo`];
  return [`${name}/__init__.py`, ...extensions, ...extensions.map(file => `64/${file}`), ...source];
}

/** `311`, `313t`, `37m`: up to 3.7 with the flag of pymalloc. */
function tag({ major, minor, flags }: PythonVersion): string {
  return `${major}${minor}${major === 3 && minor < 8 ? 'm' : (flags ?? '')}`;
}

function versionIn(match: RegExpExecArray | null): PythonVersion | undefined {
  if (!match) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), ...(match[3] === 't' && { flags: 't' }) };
}

const IN_PATH = /(?:^|\/)lib\/(?:64\/|amd64\/|sparcv9\/|pkg\/)?python(\d)\.(\d{1,2})(t?)\//;
const IN_FIRST_LINE = /^#!.*?(?:^|[\s/!])python(\d)\.(\d{1,2})(t?)(?![\w.])/;
const RUNS_PYTHON = /^#!.*?[\s/!]python[\d.]*(?:[a-z]?(?=\s|$))/;
const MAJOR_IN_FIRST_LINE = /^#!.*?[\s/!]python(\d)(?![\d])/;

/** Bounds of what is remembered. */
const MOST_DIRECTORIES = 1000;
const MOST_MODULES = 20_000;
const DIRECTORIES = new Map<string, readonly string[]>();
const CANDIDATES = new WeakMap<readonly string[], Map<string, readonly Need[]>>();
