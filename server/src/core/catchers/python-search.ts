import type { Payload, PayloadFault } from '../model.ts';
import { dirname, normalise } from '../paths.ts';
import {
  majorOfFirstLine,
  type PythonVersion,
  pythonDirectories,
  runsPython,
  versionOfFirstLine,
  versionOfPath,
  versionText,
} from './python-paths.ts';

/** Where a Python file's imports are looked for. */
export interface PythonSearch {
  /** The versions that may run it, the likeliest first; one when it is known. */
  readonly versions: readonly PythonVersion[];
  /** Whether path or first line tell the version. */
  readonly known: boolean;
  /** Directories in search order, for each of the versions; equal ones are the same array. */
  readonly directories: ReadonlyMap<PythonVersion, readonly string[]>;
  /** Those of all versions in which most modules are, each once; equal ones are the same array. */
  readonly usual: readonly string[];
  /** Of a module in a package: the directories of its package and of those around it, innermost first. */
  readonly packages: readonly string[];
  /** True for what is run rather than imported: it has a `#!` line. */
  readonly script: boolean;
  /** True where `env` chooses the interpreter: it may be another one than that below `usr`. */
  readonly chosen: boolean;
  readonly faults: readonly PayloadFault[];
}

/** Tells where the imports of a file are looked for, from its path, its first line and `pkg.depend.runpath`. */
export function pythonSearch(
  file: Payload,
  firstLine: string,
  addedDirectories: readonly string[],
): PythonSearch {
  const script = runsPython(firstLine);
  const ofPath = versionOfPath(file.path);
  const ofLine = script ? versionOfFirstLine(firstLine) : undefined;
  const known = ofPath ?? ofLine;
  const versions = known ? [shared(known)] : possibleVersions(script ? majorOfFirstLine(firstLine) : 3);
  const own = ownDirectories(file.path, script || versions[0]!.major < 3, ofPath !== undefined);
  const prefixes = prefixesOf(file.path, firstLine, script);
  const added = [...own, ...addedDirectories.map(normalise)];
  return {
    known: known !== undefined || versions.length === 1,
    ...placesOf(file, versions, added, prefixes),
    packages: script && ofPath === undefined ? [] : sharedList(packagesOf(file.path)),
    script,
    chosen: script && BY_ENV.test(firstLine),
    faults: disagreement(ofPath, ofLine, firstLine),
  };
}

/** A first line that leaves the search for the interpreter to `env`. */
const BY_ENV = /^#!\s*\S*\/env\b(?!.*\s\/\S*python)/;

type Places = Pick<PythonSearch, 'versions' | 'directories' | 'usual'>;

/** The directories of each version: `added`, and the version's own below `prefixes`, or those of the run path. */
function placesOf(
  { path, runPath }: Payload,
  versions: readonly PythonVersion[],
  added: readonly string[],
  prefixes: readonly string[],
): Places {
  const parts = [versions.map(versionText), added, prefixes, runPath === undefined ? [] : [runPath, path]];
  const key = parts.map(one => one.join('\0')).join('\0\0');
  const known = PLACES.get(key);
  if (known) return known;
  const directories = new Map(
    versions.map(version => {
      const given = [...added, ...prefixes.flatMap(one => pythonDirectories(version, one))];
      return [version, sharedList(withRunPath(runPath, given, path))] as const;
    }),
  );
  const usual = sharedList(usualOf(unique([...directories.values()].flat())));
  // The same objects for the same places: the directories are looked up by them.
  const places = { versions, directories, usual };
  if (PLACES.size >= MOST_REMEMBERED) PLACES.clear();
  PLACES.set(key, places);
  return places;
}

const PLACES = new Map<string, Places>();

/** Without directories that hold little but parts of the standard library. */
export function usualOf(directories: readonly string[]): readonly string[] {
  return directories.filter(directory => !SELDOM.test(directory));
}

const SELDOM = /\/(?:lib-dynload|lib-tk|lib-old|plat-sunos5)$|^usr\/lib\/pkg\//;

/** Whether path or first line tell the one version that a file is for. */
export function isVersionKnown(path: string, firstLine: string): boolean {
  if (versionOfPath(path)) return true;
  if (!runsPython(firstLine)) return false;
  return versionOfFirstLine(firstLine) !== undefined || majorOfFirstLine(firstLine) === 2;
}

/** Versions that a file may be run with when nothing tells: those that distributions of illumos have. */
const PYTHON_3: readonly PythonVersion[] = [13, 12, 11, 14, 10, 9].map(minor => ({ major: 3, minor }));
const PYTHON_2: readonly PythonVersion[] = [{ major: 2, minor: 7 }];
const ALL = [...PYTHON_3, ...PYTHON_2];
const KNOWN = new Map<string, PythonVersion>();

function possibleVersions(major: number | undefined): readonly PythonVersion[] {
  if (major === 2) return PYTHON_2;
  return major === undefined ? ALL : PYTHON_3;
}

function shared(version: PythonVersion): PythonVersion {
  const key = versionText(version);
  const known = KNOWN.get(key);
  if (known) return known;
  if (KNOWN.size < MOST_REMEMBERED) KNOWN.set(key, version);
  return version;
}

/**
 * The file's own directory comes first for scripts, and in Python 2. Modules in a directory without a version are
 * private to some program, which may look for them from a directory further up.
 */
function ownDirectories(path: string, first: boolean, versioned: boolean): readonly string[] {
  const own = dirname(path);
  if (versioned) return first ? [own] : [];
  const found = [own];
  for (let up = dirname(own); up.split('/').length > 2 && found.length < 4; up = dirname(up)) found.push(up);
  return found;
}

/** `usr`, `opt/x`: where the interpreter that runs the file is installed. */
function prefixesOf(path: string, firstLine: string, script: boolean): readonly string[] {
  const ofPath = /^(.+?)\/lib\/(?:64\/|amd64\/|sparcv9\/|pkg\/)?python\d\.\d+t?\//.exec(path)?.[1];
  const ofLine = script
    ? /^#!\s*\/((?:[^/\s]+\/)*?[^/\s]+)\/bin\/(?:[^/\s]+\/)?python/.exec(firstLine)?.[1]
    : undefined;
  return [...new Set([...(ofPath === undefined ? [] : [ofPath]), ofLine ?? 'usr'])];
}

/** Directories of the packages around a module, innermost first; none for scripts and top-level modules. */
function packagesOf(path: string): readonly string[] {
  const found: string[] = [];
  for (
    let up = dirname(path);
    up !== '' && !SEARCHED.test(up) && found.length < MOST_PACKAGES;
    up = dirname(up)
  )
    found.push(up);
  return found;
}

/** Directories that are searched themselves, so they are no packages. */
const SEARCHED = /(?:^|\/)(?:python\d\.\d+t?|site-packages|vendor-packages|dist-packages|lib-dynload)$/;
const MOST_PACKAGES = 30;

/** The directories of `pkg.depend.runpath`; `$PKGDEPEND_RUNPATH` in it stands for the default ones. */
function withRunPath(runPath: string | undefined, given: readonly string[], path: string): readonly string[] {
  const entries = runPath?.split(':').filter(entry => entry !== '') ?? [];
  if (entries.length === 0) return unique(given);
  return unique(
    entries
      .flatMap(entry =>
        entry === '$PKGDEPEND_RUNPATH' ? given : [entry.replace(/^\$ORIGIN(?=\/|$)/, `/${dirname(path)}`)],
      )
      .filter(entry => !entry.includes('$'))
      .map(normalise),
  );
}

function unique(directories: readonly string[]): readonly string[] {
  return [...new Set(directories)];
}

/** The same array for equal directories, so that candidates are made once. */
function sharedList(directories: readonly string[]): readonly string[] {
  const key = directories.join('\0');
  const known = LISTS.get(key);
  if (known) return known;
  if (LISTS.size >= MOST_REMEMBERED) LISTS.clear();
  LISTS.set(key, directories);
  return directories;
}

const MOST_REMEMBERED = 500;
const LISTS = new Map<string, readonly string[]>();

/** A file in the directory of one version whose first line runs another one. */
function disagreement(
  ofPath: PythonVersion | undefined,
  ofLine: PythonVersion | undefined,
  firstLine: string,
): readonly PayloadFault[] {
  if (!ofPath || !ofLine) return [];
  const [path, line] = [versionText(ofPath), versionText(ofLine)];
  if (path === line) return [];
  const message = `The first line runs Python ${line}, but the file is installed for Python ${path}; name python${path} in the first line`;
  return [{ message, at: { line: 0, column: 0, endLine: 0, endColumn: firstLine.length } }];
}
