import {
  moduleFiles,
  type PythonVersion,
  pythonDirectories,
  versionOfFirstLine,
} from '../../catchers/python-paths.ts';
import { decode } from '../../formats/printable.ts';
import { PYTHON_LIMIT, type PythonImport, readPython } from '../../formats/python.ts';
import { splitPath } from './attributes.ts';
import { type Complaint, errorAt } from './complaint.ts';
import type { Looked, LookingAt } from './looking.ts';
import { inDirectories, type NeedRecord, relativeTo } from './need-record.ts';
import { withoutUnreachable } from './python-dead-code.ts';
import { defaultInserted } from './run-path.ts';

/**
 * The modules that a script imports whose first line names Python, as `flavor/python.py` finds them on illumos: only
 * the files that name a version, and of them everything that is compiled, in functions and `try` as well. Nothing is
 * executed: where modules are looked for is known without the interpreter.
 */
export function pythonRecords(file: LookingAt, firstLine: string, executable: boolean): Looked {
  const { version, complaints } = versionFor(file, firstLine, executable);
  if (!version) return { records: [], complaints };
  if (file.strict && !isReleased(version)) {
    const message = `${file.path}: Python ${nameOf(version)} is not known, so its imports are not looked at`;
    return { records: [], complaints: [...complaints, errorAt(message, file.action.line)] };
  }
  const bytes = file.found.read(0, PYTHON_LIMIT + 1).slice();
  // The original reads every file as UTF-8, whatever the file says of itself.
  if (file.strict && !decode(bytes).utf8) {
    const message = `${file.path}: its text is not UTF-8, so its imports are not looked at (${file.location})`;
    return { records: [], complaints: [...complaints, errorAt(message, file.action.line)] };
  }
  const { imports: all, faults } = readPython(bytes, version.major);
  const imports = withoutUnreachable(all, bytes, file.strict);
  const [fault] = faults;
  if (fault) {
    const at = fault.at ? `:${fault.at.line + 1}:${fault.at.column + 1}` : '';
    return {
      records: [],
      complaints: [
        ...complaints,
        errorAt(`${file.path}: ${fault.message} (${file.location}${at})`, file.action.line),
      ],
    };
  }
  const relative = imports.filter(one => one.level > 0);
  if (file.strict) complaints.push(...relative.slice(0, 1).map(one => relativeImport(one, file)));
  // There the original gives up on the whole file.
  if (file.strict && relative.some(one => one.module === '')) return { records: [], complaints };
  const searched = searchPath(file, version);
  if (typeof searched === 'string')
    return {
      records: [],
      complaints: [...complaints, errorAt(`${file.path}: ${searched}`, file.action.line)],
    };
  return { records: recordsOf(imports, searched, version, file), complaints };
}

const IN_PATH = /^usr\/lib\/python(\d+)\.(\d+)\//;
const IN_LINE = /^#!\s*\/usr\/bin\/(?:[^/]+\/)?python(\d+)\.(\d+)/;

function versionFor(
  file: LookingAt,
  firstLine: string,
  executable: boolean,
): { readonly version?: PythonVersion; readonly complaints: Complaint[] } {
  const installed = versionIn(IN_PATH.exec(file.path));
  if (!executable) return { ...(installed && { version: installed }), complaints: [] };
  const known = versionIn(IN_LINE.exec(firstLine));
  const declared = known ?? (file.strict ? undefined : versionOfFirstLine(firstLine));
  const version = installed ?? declared;
  if (!version) return { complaints: [errorAt(unspecified(file), file.action.line)] };
  if (!installed || !known || nameOf(installed) === nameOf(known)) return { version, complaints: [] };
  const message =
    `${file.path}: its first line runs Python ${nameOf(known)}, and it is installed for Python ${nameOf(installed)}; ` +
    `make them one (${file.location}:1)`;
  return { version, complaints: [errorAt(message, file.action.line)] };
}

function versionIn(match: RegExpExecArray | null): PythonVersion | undefined {
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

function nameOf({ major, minor }: PythonVersion): string {
  return `${major}.${minor}`;
}

function unspecified({ path, location }: LookingAt): string {
  return (
    `${path}: neither its first line nor its path tells its version of Python, so nobody knows where its modules ` +
    `are looked for; write #!/usr/bin/python3.11 or another version (${location}:1)`
  );
}

/** What could have been on a build machine. */
function isReleased({ major, minor }: PythonVersion): boolean {
  return (major === 2 && minor >= 4 && minor <= 7) || (major === 3 && minor <= 15);
}

function relativeImport(
  { module, level, at }: PythonImport,
  { path, location, action }: LookingAt,
): Complaint {
  const what = `${'.'.repeat(level)}${module}`;
  return errorAt(
    `${path}: the relative import "${what}" cannot be followed, and what follows is not looked at (${location}:${at.line + 1})`,
    action.line,
  );
}

function searchPath(file: LookingAt, version: PythonVersion): readonly string[] | string {
  const [directory] = splitPath(file.path);
  const detected = [...pythonDirectories(version).map(one => `/${one}`), directory];
  return file.runPath.length > 0 ? defaultInserted(detected, file.runPath) : detected;
}

function recordsOf(
  imports: readonly PythonImport[],
  searched: readonly string[],
  version: PythonVersion,
  file: LookingAt,
): readonly NeedRecord[] {
  const records = new Map<string, NeedRecord>();
  for (const { module, level, guard } of imports) {
    if (level > 0 || module === '' || module === '__main__') continue;
    const guarded = guard === 'try' || guard === 'type-checking';
    for (const record of partsOf(module, searched, version, file)) keep(records, record, guarded);
  }
  return [...records.values()];
}

/** Keeps a record once; a need that is not guarded counts more. */
function keep(records: Map<string, NeedRecord>, record: NeedRecord, guarded: boolean): void {
  const key = `${record.files.join('\0')}\0\0${record.directories.join('\0')}`;
  const before = records.get(key);
  if (!before || (before.guarded && !guarded)) records.set(key, guarded ? { ...record, guarded } : record);
}

/** The packages on the way to a module, and the module itself. */
function partsOf(
  module: string,
  searched: readonly string[],
  version: PythonVersion,
  file: LookingAt,
): readonly NeedRecord[] {
  const parts = (module === 'os.path' ? 'os' : module).split('.');
  const [head = ''] = parts;
  if (head === '__future__' || builtins(version).has(head)) return [];
  let directories = searched;
  return parts.map((name, index) => {
    const files = moduleFiles(name, index < parts.length - 1, version);
    const places = directories.map(one => relativeTo(file.area, one));
    directories = directories.map(one => `${one}/${name}`);
    return inDirectories('python', file.action, files, places, file.maker);
  });
}

function builtins({ major }: PythonVersion): ReadonlySet<string> {
  return major < 3 ? BUILT_IN_2 : BUILT_IN_3;
}

/** Modules that are part of the interpreter as CPython is built by default (`Modules/Setup`). */
const BUILT_IN_3: ReadonlySet<string> = new Set(
  (
    '_abc _ast _codecs _collections _functools _imp _io _locale _operator _signal _sre _stat _string _symtable ' +
    '_thread _tracemalloc _warnings _weakref atexit builtins errno faulthandler gc itertools marshal posix pwd sys ' +
    'time _suggestions _sysconfig _typing zipimport xxsubtype'
  ).split(' '),
);
const BUILT_IN_2: ReadonlySet<string> = new Set(
  (
    '__builtin__ __main__ _ast _codecs _sre _symtable _warnings _weakref errno exceptions gc imp marshal posix pwd ' +
    'signal sys thread xxsubtype zipimport'
  ).split(' '),
);
