import { printable } from '../formats/printable.ts';
import type { PythonFile, PythonImport } from '../formats/python.ts';
import type { Confidence, ImplicitDependency, Need, Payload } from '../model.ts';
import { gridsOf, joinedNeeds, needsOf } from '../need-grid.ts';
import { basename } from '../paths.ts';
import { makerOf, standardModule } from './python-modules.ts';
import { moduleCandidates, type PythonVersion, remembered, sourceCandidates } from './python-paths.ts';
import { type PythonSearch, usualOf } from './python-search.ts';

/** What a Python file needs for its imports: one need for each set of candidates, the surest that there is; without hints if not `hints`. */
export function importNeeds(
  file: Payload,
  python: PythonFile,
  search: PythonSearch,
  hints = true,
): readonly ImplicitDependency[] {
  const needs = new Map<readonly Need[], ImplicitDependency>();
  const context = contextOf(file, python, search, hints);
  for (const one of python.imports.slice(0, MOST_IMPORTS)) {
    for (const { anyOf, what, confidence, optional } of wantsOf(one, context)) {
      const known = needs.get(anyOf);
      if (known && rank(known.confidence) >= rank(confidence)) continue;
      needs.set(anyOf, {
        catcher: 'python',
        neededBy: file.path,
        at: one.at,
        what,
        because: statement(one),
        anyOf,
        confidence,
        ...((optional || confidence === 'hint') && { unmet: 'nothing' }),
      });
    }
  }
  return [...needs.values()];
}

/** Imports of one file that are looked at. */
export const MOST_IMPORTS = 3000;
const LONGEST_NAME = 300;

interface Context {
  readonly search: PythonSearch;
  /** How sure a plain import at the top of the file is: see the manual page. */
  readonly plain: Confidence;
  /** True for what somebody starts. */
  readonly isProgram: boolean;
  /** How sure one is that the file's own changes of `sys.path` may redirect. */
  readonly changesPath: boolean;
  /** Whether hints count. */
  readonly hints: boolean;
}

/** One thing that an import asks for. */
interface Want {
  readonly anyOf: readonly Need[];
  readonly what: string;
  readonly confidence: Confidence;
  /** True when Python can do without it: the `__init__.py` of a package, PEP 420. */
  readonly optional: boolean;
}

function contextOf(file: Payload, python: PythonFile, search: PythonSearch, hints: boolean): Context {
  const { changesPath } = python;
  const isProgram = search.script && isExecutable(file);
  return { search, plain: plainConfidence(file, python, search), isProgram, changesPath, hints };
}

/**
 * Sure is what runs whenever the program is started or the package is imported. The modules of a package need
 * not all be imported: some are there for what is not installed.
 */
function plainConfidence(file: Payload, { faults }: PythonFile, search: PythonSearch): Confidence {
  if (!search.known || isAside(file.path)) return 'hint';
  if (faults.length > 0) return 'likely';
  if (search.script && isExecutable(file)) return search.chosen ? 'likely' : 'certain';
  const depth = search.packages.length;
  const entry = depth === 0 || (depth === 1 && basename(file.path) === '__init__.py');
  return entry && INSTALLED.test(file.path) ? 'certain' : 'likely';
}

function isExecutable({ mode }: Payload): boolean {
  return (mode & 0o111) !== 0;
}

/** Whether a file lies where all its needs are hints. */
export function isAside(path: string): boolean {
  return ASIDE.test(path);
}

/** Tests, examples and what is contributed: seldom imported in an installed package. */
const ASIDE =
  /(?:^|\/)(?:(?:tests?|testing|test_support|examples?|demos?|docs?|contrib|benchmarks?|idle_test)\/|(?:conftest|test_[^/]*|[^/]*_test|setup)\.py$)/i;
const INSTALLED = /\/(?:site|vendor)-packages\//;

function wantsOf(one: PythonImport, context: Context): readonly Want[] {
  if (one.module.length > LONGEST_NAME) return [];
  return one.level > 0 ? relativeWants(one, context) : absoluteWants(one, context);
}

function absoluteWants(one: PythonImport, context: Context): readonly Want[] {
  const { search } = context;
  const module = makerOf(one.module);
  const top = module.split('.', 1)[0]!;
  const standard = standardModule(top, search.versions[0]!);
  if (standard === 'builtin') return [];
  const confidence = confidenceOf(one, standard, context);
  if (confidence === 'hint' && !context.hints) return [];
  const brief = search.versions.length > 1;
  const parts = standard === undefined && !brief && module === one.module ? partsOf(one) : [];
  const ofOneKind = brief && standard !== 'extension';
  const own = ofOneKind
    ? remembered(search.usual, `:${module}`, () => sourceCandidates(module, search.usual))
    : anyOfAll(search, `${module}:${parts.join()}`, (version, directories) => [
        brief ? briefly(module, directories) : moduleCandidates(module, false, version, directories),
        standard === 'extension' ? libraryOf(directories) : [],
        ...parts.map(name => sourceCandidates(`${module}.${name}`, directories)),
      ]);
  const wants: Want[] = [{ anyOf: own, what: module, confidence, optional: false }];
  for (let dot = module.indexOf('.'); dot > 0; dot = module.indexOf('.', dot + 1)) {
    const name = module.slice(0, dot);
    const anyOf = brief
      ? remembered(search.usual, `${name}/`, () => packagesAt(name, search.usual))
      : anyOfAll(search, `${name}/`, (version, directories) => [
          moduleCandidates(name, true, version, directories),
        ]);
    wants.push({ anyOf, what: name, confidence: weaker(confidence, 'likely'), optional: true });
  }
  return wants;
}

/**
 * Names of a `from` import that may be modules. Where a package has no `__init__.py` (PEP 420), its modules
 * stand for it.
 */
function partsOf({ names }: PythonImport): readonly string[] {
  return names?.filter(name => MODULE_NAME.test(name)).slice(0, MOST_PARTS) ?? [];
}

const MODULE_NAME = /^[a-z_][a-z0-9_]{0,60}$/;
const MOST_PARTS = 3;

/** What every interpreter has, and so stands for a module that may be compiled into it. */
function libraryOf(directories: readonly string[]): readonly Need[] {
  return needsOf([{ directories: directories.filter(one => LIBRARY.test(one)), files: ['os.py'] }]);
}

const LIBRARY = /(?:^|\/)lib\/python\d\.\d+t?$/;

/** Candidates in every version that may run the file; the same array for the same key and search. */
function anyOfAll(
  { versions, directories }: PythonSearch,
  key: string,
  candidates: (version: PythonVersion, directories: readonly string[]) => readonly (readonly Need[])[],
): readonly Need[] {
  const first = directories.get(versions[0]!) ?? [];
  return remembered(first, `${versions.length} ${key}`, () =>
    joinedNeeds(versions.flatMap(version => candidates(version, directories.get(version) ?? []))),
  );
}

/** Where several versions count, there would be hundreds of places: its source in the usual directories stands for all. */
function briefly(module: string, directories: readonly string[]): readonly Need[] {
  return sourceCandidates(module, usualOf(directories));
}

function packagesAt(name: string, directories: readonly string[]): readonly Need[] {
  return needsOf([{ directories, files: [`${name.replaceAll('.', '/')}/__init__.py`] }]);
}

/** Looked for in the package itself; nothing is said of scripts, and of what would leave all packages. */
function relativeWants(one: PythonImport, context: Context): readonly Want[] {
  const { packages, versions } = context.search;
  const directory = packages[one.level - 1];
  if (directory === undefined) return [];
  const here = [directory];
  const module = makerOf(one.module);
  const optional = module === '';
  const confidence = optional ? 'hint' : weaker(confidenceOf(one, undefined, context), 'likely');
  if (confidence === 'hint' && !context.hints) return [];
  const parts = module === one.module ? partsOf(one) : [];
  const below = optional ? '' : `${one.module}.`;
  const anyOf = remembered(packages, `${one.level}${module}:${parts.join()}`, () => {
    const own = optional
      ? needsOf([{ directories: here, files: ['__init__.py'] }])
      : moduleCandidates(module, false, versions[0]!, here);
    return needsOf([own, ...parts.map(name => sourceCandidates(below + name, here))].flatMap(gridsOf));
  });
  return [{ anyOf, what: dots(one) + module, confidence, optional }];
}

function confidenceOf(
  one: PythonImport,
  standard: string | undefined,
  { plain, changesPath, isProgram }: Context,
): Confidence {
  if (standard === 'elsewhere' || (one.guard !== 'none' && !(one.guard === 'main' && isProgram)))
    return 'hint';
  if (changesPath && standard === undefined) return 'hint';
  return one.within === 'function' || one.late ? weaker(plain, 'likely') : plain;
}

const ORDER: readonly Confidence[] = ['hint', 'likely', 'certain'];

function rank(confidence: Confidence): number {
  return ORDER.indexOf(confidence);
}

function weaker(a: Confidence, b: Confidence): Confidence {
  return rank(a) < rank(b) ? a : b;
}

function dots({ level }: PythonImport): string {
  return '.'.repeat(Math.min(level, 20));
}

/** The statement as it would be written, and what it stands in. */
function statement(one: PythonImport): string {
  const module = dots(one) + one.module;
  const names = one.names?.slice(0, 5).join(', ');
  const more = (one.names?.length ?? 0) > 5 ? ', …' : '';
  const text = names === undefined ? `import ${module}` : `from ${module} import ${names}${more}`;
  return printable(text) + PLACE[one.guard] + (one.within === 'function' ? ', in a function' : '');
}

const PLACE = {
  none: '',
  try: ', in a try that an ImportError does not end',
  'type-checking': ', for type checkers',
  condition: ', under a condition',
  main: ', when it is the program',
} as const;
