import { type ElfFile, ElfType, readElf } from '../formats/elf.ts';
import { printable } from '../formats/printable.ts';
import type {
  Caught,
  Confidence,
  ImplicitDependency,
  Payload,
  PayloadCatcher,
  PayloadFault,
} from '../model.ts';
import { basename, dirname, normalise } from '../paths.ts';
import { expandTokens, isKernelModule, type SearchPath, searchPath } from './elf-search.ts';

/** Shared objects, filtees and run-time linkers that ELF files ask for. */
export const elf: PayloadCatcher = {
  looksAt: 'payload',
  name: 'elf',
  doc: 'The libraries, filtees and run-time linker that a program, library or kernel module asks for, where its run path looks.',
  claims: ({ bytes }) => bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46,
  inspect,
  page: `Looks at ELF files and reports what the run-time linker, or the kernel, must find to load them. 32 and 64 bits and
both byte orders are read; only the headers, the dynamic section and the names are, usually 8 KiB at two places.
Stripped section headers do not matter.

| In the file | Needs | How sure |
|---|---|---|
| \`NEEDED\` | the library, in the directories below | certain |
| \`NEEDED\` marked as deferred (\`ld -z deferred\`) | the same, and it may be absent | likely |
| \`FILTER\`, \`SUNW_FILTER\` | the filtee; of several, any one | certain |
| \`AUXILIARY\` | nothing: the linker goes on without it | |
| \`PT_INTERP\` of a program | the run-time linker | certain |
| \`PT_INTERP\` of a library | the run-time linker, to run the library as a program | hint |

Static programs, relocatable files (but for kernel modules) and core files need nothing.

## Directories

In this order, each once:

1. the entries of \`RUNPATH\`, or of \`RPATH\` when there is no \`RUNPATH\`;
2. \`/lib\` and \`/usr/lib\` for 32 bits; \`/lib/64\` and \`/usr/lib/64\` for 64 bits, except aarch64, which has one word
   size and uses \`/lib\` and \`/usr/lib\`. A file linked with \`-z nodefaultlib\` does without these.

\`pkg.depend.runpath\` on the \`file\` action or on the package **replaces** all of them, the defaults included.
\`$PKGDEPEND_RUNPATH\` in it, at most once, stands for what it replaces:
\`pkg.depend.runpath=/opt/x/lib:$PKGDEPEND_RUNPATH\`.

A \`NEEDED\` with a slash is not searched: an absolute one is what it says, a relative one depends on the current
directory and is reported as \`faulty\`. So are relative entries of a run path, which are left out. Empty entries
also mean the current directory; they are left out without a word.

## Tokens

As in ld.so.1, a token is one of the reserved names right after a \`$\`.

| Token | Becomes |
|---|---|
| \`$ORIGIN\` | the directory in which the file is installed |
| \`$OSNAME\`, \`$OSREL\` | \`SunOS\`, \`5.11\`: the same on every IPS system |
| \`$PLATFORM\`, \`$ISALIST\`, \`$MACHINE\`, \`$CAPABILITY\`, \`$HWCAP\` | unknown: they differ from machine to machine |
| \`\${ORIGIN}\`, \`$LIB\` and all others | unknown: illumos takes them literally, other systems do not |

A directory with an unknown token is not searched; the need becomes likely, and \`faulty\` tells which token it was.
Name the directories in \`pkg.depend.runpath\`.

## Kernel modules

Files below \`/kernel\`, \`/usr/kernel\` and \`/platform/NAME/kernel\` are modules, and relocatable ones count. What they
need is looked for in \`/platform/NAME/kernel\` (of the module's own platform; else of all platforms of its machine:
\`i86pc\` and \`i86xpv\`, or \`sun4v\` and \`sun4u\`), \`/kernel\` and \`/usr/kernel\`. 64-bit modules stand in a
sub-directory: \`misc/mac\` is \`kernel/misc/amd64/mac\`, likewise \`sparcv9\` and \`aarch64\`. The kernel ignores run
paths; one in a module is reported as \`faulty\`, unless it is the \`/usr/gcc/N/lib\` that the compiler adds.

## Damaged files

A file that is cut off, or whose tables are out of range or absurd, is reported as \`faulty\` with what is wrong.
What can still be read is used.

## Beside pkgdepend

\`pkgdepend generate\` reads section headers, so it sees nothing in files without them; it does not look at
\`PT_INTERP\`; it looks for a relative \`NEEDED\` with a slash, and in relative entries, below the root; it forgets the
order of directories; it wants tokens from \`-D\`; and a kernel module with a run path ends its whole run.

Switch the catcher off with \`catchers: { elf: off }\` in \`packwright.yaml\`.`,
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
