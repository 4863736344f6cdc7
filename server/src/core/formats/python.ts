import type { PayloadFault, Range } from '../model.ts';
import { placesIn } from './python-places.ts';
import { readSource } from './python-source.ts';
import { PythonStatements, type RawImport } from './python-statements.ts';

/** One module that a Python file imports. */
export interface PythonImport {
  /** Dotted, without the leading dots; '' in `from . import x`. Normalised as CPython does (NFKC). */
  readonly module: string;
  /** Leading dots: 0 for an absolute import. */
  readonly level: number;
  /** Of `from … import`: the names, `['*']` for all. Absent for `import x`. */
  readonly names?: readonly string[];
  /** Of the module's name, its leading dots included. */
  readonly at: Range;
  /** Bodies of classes run with what is around them, so they are no function. */
  readonly within: 'module' | 'function';
  /** Why it may not be needed; see `ImportGuard`. */
  readonly guard: ImportGuard;
  /**
   * True when a statement of the module before it may have ended the run (`raise`, `sys.exit()`), or a `with` around
   * it may go on without it.
   */
  readonly late?: true;
}

/**
 * What an import stands in, the innermost that counts: `try`: a `try` whose handlers catch `ImportError`, or
 * one of those handlers; `type-checking`: what only type checkers read; `condition`: `if`, loops, `match`,
 * `with suppress(…)`; `main`: what only runs when the file is the program, `if __name__ == '__main__'`.
 */
export type ImportGuard = 'none' | 'try' | 'type-checking' | 'condition' | 'main';

/** What a Python file says of modules. */
export interface PythonFile {
  /** In the order of the file. */
  readonly imports: readonly PythonImport[];
  /** What is wrong in every version, or in the version asked for: at most one, as CPython stops at the first. */
  readonly faults: readonly PayloadFault[];
  /** Without its line end. */
  readonly firstLine: string;
  /** True when the file changes where modules are looked for, `sys.path` or `site.addsitedir`. */
  readonly changesPath: boolean;
  /** Absolute directories that it adds to `sys.path` by literal strings. */
  readonly addedDirectories: readonly string[];
}

/** Bytes of the longest Python file that is read whole; longer ones are read up to here. */
export const PYTHON_LIMIT = 16 * 1024 * 1024;

/**
 * Reads the imports of a Python file, 2.7 to 3.14; nothing is executed. Never throws: what is wrong is in
 * `faults`, and what stands before and, mostly, after it is read. With `major`, what that version of Python
 * does not read is a fault too (`print 'x'` in Python 3).
 */
export function readPython(bytes: Uint8Array, major?: number): PythonFile {
  const source = readSource(bytes.length > PYTHON_LIMIT ? bytes.subarray(0, PYTHON_LIMIT) : bytes, major);
  const statements = new PythonStatements(source.bytes, source.start, major);
  statements.run();
  const place = placesIn(source.bytes, source.start, source.encoding === 'utf-8');
  const imports = statements.imports.map(one => importOf(one, place));
  const found = bytes.length > PYTHON_LIMIT ? TOO_LONG : (source.fault ?? statements.fault);
  return {
    imports,
    faults: found ? [{ message: found.message, at: place(found.at, found.end) }] : [],
    firstLine: source.firstLine,
    changesPath: statements.changesPath,
    addedDirectories: statements.addedDirectories,
  };
}

function importOf(raw: RawImport, place: (start: number, end: number) => Range): PythonImport {
  const { module, level, names, start, end, block, late } = raw;
  return {
    module,
    level,
    ...(names && { names }),
    at: place(start, end),
    within: block.within,
    guard: block.guard(),
    ...(late && { late }),
  };
}

const TOO_LONG = {
  message: `The file is longer than ${PYTHON_LIMIT / 1024 / 1024} MiB, and only that much of it is looked at`,
  at: 0,
  end: 0,
};
