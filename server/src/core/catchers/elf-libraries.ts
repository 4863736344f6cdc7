import { printable } from '../formats/printable.ts';
import type { Confidence, ImplicitDependency, Payload, PayloadFault } from '../model.ts';
import { basename, dirname, normalise } from '../paths.ts';
import { expandTokens, isKernelModule, type SearchPath } from './elf-search.ts';

/** A need, or the fault that keeps it from being one. */
export type Found = ImplicitDependency | string;

/** A need of an ELF file. */
export function elfNeed(
  what: string,
  because: string,
  anyOf: readonly string[],
  confidence: Confidence,
  file: Payload,
): ImplicitDependency {
  return { catcher: 'elf', neededBy: file.path, what, because, anyOf, confidence };
}

/** The fault of a file that is cut off, or whose tables are out of range or absurd. */
export function damaged(what: string): PayloadFault {
  return { message: `Damaged ELF file: ${what}; build or copy it again` };
}

/** Any one of some libraries, by the names that the entry `tag` has for them, where the linker looks. */
export function library(
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
  if (anyOf.length > 0) return elfNeed(what, `${tag} ${what}${search.because}`, anyOf, confidence, file);
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
