import { type ElfFile, ElfType, readElf } from '../formats/elf.ts';
import { printable } from '../formats/printable.ts';
import type { Catcher, Caught, Confidence, ImplicitDependency, Payload, PayloadFault } from '../model.ts';
import { basename, dirname, normalise } from '../paths.ts';
import { expandTokens, isKernelModule, type SearchPath, searchPath } from './elf-search.ts';

/** Shared objects, filtees and run-time linkers that ELF files ask for. */
export const elf: Catcher = {
  name: 'elf',
  doc: 'The libraries, filtees and run-time linker that a program, library or kernel module asks for, where its run path looks.',
  claims: ({ bytes }) => bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46,
  inspect,
};

function inspect(file: Payload): Caught {
  const { elf: object, faults: damage } = readElf(file, isKernelModule(file.path));
  const faults = damage.map(damaged);
  if (object === undefined || asksNothing(object)) return { dependencies: [], faults };
  const search = searchPath(object, file);
  const dependencies: ImplicitDependency[] = [];
  for (const found of [...interpreterOf(object, file), ...librariesOf(object, search, file)]) {
    if (typeof found === 'string') faults.push({ message: found });
    else dependencies.push(found);
  }
  if (object.needed.length + object.filters.length > 0) faults.push(...search.faults);
  return { dependencies, faults };
}

function asksNothing({ needed, filters, interpreter }: ElfFile): boolean {
  return needed.length === 0 && filters.length === 0 && interpreter === undefined;
}

function damaged(what: string): PayloadFault {
  return { message: `Damaged ELF file: ${what}; build or copy it again` };
}

/** A need, or the fault that keeps it from being one. */
type Found = ImplicitDependency | string;

function dependency(
  what: string,
  because: string,
  anyOf: readonly string[],
  confidence: Confidence,
  file: Payload,
): ImplicitDependency {
  return { catcher: 'elf', neededBy: file.path, what, because, anyOf, confidence };
}

function interpreterOf({ interpreter, type, pie, soname }: ElfFile, file: Payload): readonly Found[] {
  // The boot loader starts kernels, whatever they name.
  if (interpreter === undefined || isKernelModule(file.path)) return [];
  const what = printable(interpreter);
  if (!interpreter.startsWith('/') || normalise(interpreter) === '') {
    return [`PT_INTERP "${what}" is no absolute path of a file; link the program again with the right -I`];
  }
  // A library may name one so that it can be run for its version; it is loaded without.
  const program = type === ElfType.executable || pie || soname === undefined;
  const confidence = program ? 'certain' : 'hint';
  return [dependency(what, `PT_INTERP ${what}`, [normalise(interpreter)], confidence, file)];
}

function librariesOf(object: ElfFile, search: SearchPath, file: Payload): readonly Found[] {
  const confidence: Confidence = search.incomplete ? 'likely' : 'certain';
  const needed = object.needed.map(({ name, deferred }) => {
    const tag = deferred ? 'deferred NEEDED' : 'NEEDED';
    return library(tag, name, [name], deferred ? 'likely' : confidence, search, file);
  });
  const filters = object.filters.map(list => {
    const names = list.split(/[:;]/).filter(name => name !== '');
    return library('FILTER', list, names, confidence, search, file);
  });
  return [...needed, ...filters];
}

function library(
  tag: string,
  asked: string,
  names: readonly string[],
  confidence: Confidence,
  search: SearchPath,
  file: Payload,
): Found {
  const what = printable(asked);
  const places = names.map(name => placesOf(tag, name, search, file));
  const anyOf = places.length === 1 && typeof places[0] === 'object' ? places[0] : merged(places);
  if (anyOf.length > 0) return dependency(what, `${tag} ${what}${search.because}`, anyOf, confidence, file);
  return (
    places.find(each => typeof each === 'string') ??
    `${tag} "${what}" can be found nowhere: no directory is searched; set pkg.depend.runpath on its file action`
  );
}

function merged(places: readonly (readonly string[] | string)[]): readonly string[] {
  return [...new Set(places.flatMap(each => (typeof each === 'string' ? [] : each)))];
}

/** Where a library is looked for, in order; a string says why that cannot be told. */
function placesOf(tag: string, name: string, search: SearchPath, file: Payload): readonly string[] | string {
  if (normalise(name) === '') return `Damaged ELF file: a ${tag} entry names no file; link it again`;
  const { path, unknown } = expandTokens(name, file.path);
  if (unknown !== undefined) {
    return `${tag} "${printable(name)}" depends on ${printable(unknown)}, whose value is only known where it runs; declare the dependency in the manifest`;
  }
  if (isKernelModule(file.path))
    return search.directories.map(directory => moduleAt(directory, path, search));
  if (path.startsWith('/')) return [normalise(path)];
  if (!path.includes('/'))
    return search.directories.map(directory => (directory === '' ? path : `${directory}/${path}`));
  return `${tag} "${printable(name)}" holds a relative path, so it is looked up from the directory in which the program is started; link with a library whose SONAME is a plain name, and set its directory with -R`;
}

function moduleAt(directory: string, name: string, search: SearchPath): string {
  return normalise(`${directory}/${dirname(name)}/${search.subdirectory}/${basename(name)}`);
}
