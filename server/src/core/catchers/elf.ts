import { type ElfFile, ElfType, readElf } from '../formats/elf.ts';
import { printable } from '../formats/printable.ts';
import type { Caught, Confidence, ImplicitDependency, Payload, PayloadCatcher } from '../model.ts';
import { normalise } from '../paths.ts';
import { damaged, elfNeed, type Found, library } from './elf-libraries.ts';
import { isKernelModule, type SearchPath, searchPath } from './elf-search.ts';

/** Shared objects, filtees and run-time linkers that ELF files ask for. */
export const elf: PayloadCatcher = {
  looksAt: 'payload',
  name: 'elf',
  doc: 'The libraries, their symbol versions, filtees and run-time linker that a program, library or kernel module asks for, where its run path looks.',
  claims: ({ bytes }) => bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46,
  inspect,
  page: `Looks at ELF files and reports what the run-time linker, or the kernel, must find to load them. 32 and 64 bits and
both byte orders are read; only the headers, the notes, the dynamic section, the version records and the names are,
usually 8 KiB at three places.
Stripped section headers do not matter; where there are some, notes that are in no segment are found by them.

| In the file | Needs | How sure |
|---|---|---|
| \`NEEDED\` | the library, in the directories below | certain |
| \`NEEDED\` marked as deferred (\`ld -z deferred\`) | the same, and it may be absent | likely |
| \`FILTER\`, \`SUNW_FILTER\` | the filtee; of several, any one | certain |
| \`AUDIT\`, \`DEPAUDIT\` | every library of the list | likely |
| the note \`.note.dlopen\`, \`required\`, \`recommended\` or without a priority | any one of its \`soname\`s | likely |
| the note \`.note.dlopen\`, \`suggested\` | the same | hint |
| \`AUXILIARY\` | nothing: the linker goes on without it | |
| \`PT_INTERP\` of a program | the run-time linker | certain |
| \`PT_INTERP\` of a library | the run-time linker, to run the library as a program | hint |

Of a \`NEEDED\` library the file may also ask for symbol versions (\`VERNEED\`): the finding \`symbol-version\` compares
them with what the deliverers' libraries define. Versions marked as weak or as information do not count, as in ld.so.1.
The note is that of "dlopen() Metadata for ELF Files" (owner \`FDO\`, type 0x407c0c0a). Libraries that a program loads
without such a note are the catcher \`dlopen\`'s to guess.

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
\`PT_INTERP\`, symbol versions, notes and, but for Oracle's, audit libraries; it looks for a relative \`NEEDED\` with a slash, and in relative entries, below the root; it forgets the
order of directories; it wants tokens from \`-D\`; and a kernel module with a run path ends its whole run.

Switch the catcher off with \`catchers: { elf: off }\` in \`packwright.yaml\`.`,
};

function inspect(file: Payload): Caught {
  const { elf: object, faults: damage } = readElf(file, isKernelModule(file.path));
  const faults = damage.map(damaged);
  if (object === undefined || asksNothing(object)) return { dependencies: [], faults };
  const search = searchPath(object, file);
  const dependencies: ImplicitDependency[] = [];
  const libraries = librariesOf(object, search, file);
  for (const found of [...interpreterOf(object, file), ...libraries]) {
    if (typeof found === 'string') faults.push({ message: found });
    else dependencies.push(found);
  }
  if (libraries.length > 0) faults.push(...search.faults);
  return { dependencies, faults };
}

function asksNothing({ needed, filters, audits, dlopens, interpreter }: ElfFile): boolean {
  const libraries = needed.length + filters.length + audits.length + dlopens.length;
  return libraries === 0 && interpreter === undefined;
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
  return [elfNeed(what, `PT_INTERP ${what}`, [normalise(interpreter)], confidence, file)];
}

function librariesOf(object: ElfFile, search: SearchPath, file: Payload): readonly Found[] {
  const confidence: Confidence = search.incomplete ? 'likely' : 'certain';
  const needed = object.needed.map(({ name, deferred }) => {
    const tag = deferred ? 'deferred NEEDED' : 'NEEDED';
    const found = library(tag, name, [name], deferred ? 'likely' : confidence, search, file);
    const symbolVersions = object.versions.get(name);
    return typeof found === 'string' || !symbolVersions ? found : { ...found, symbolVersions };
  });
  const filters = object.filters.map(list =>
    library('FILTER', list, namesIn(list, /[:;]/), confidence, search, file),
  );
  return [...needed, ...filters, ...auditsOf(object, search, file), ...dlopensOf(object, search, file)];
}

/** Libraries that watch others, ld.so.1(1) "Security", "Auditing": each of a list is loaded. */
function auditsOf({ audits }: ElfFile, search: SearchPath, file: Payload): readonly Found[] {
  return audits.flatMap(({ tag, list }) =>
    namesIn(list, /:/).map(name => library(tag, name, [name], 'likely', search, file)),
  );
}

/** What the file says that it loads; the linker looks for it where it looks for the rest. */
function dlopensOf({ dlopens }: ElfFile, search: SearchPath, file: Payload): readonly Found[] {
  return dlopens.flatMap(({ sonames, priority, feature }): readonly Found[] => {
    // A relative path is meant for the directory that the program runs in.
    const names = sonames.filter(name => !name.includes('/') || /^[/$]/.test(name));
    if (names.length === 0) return [];
    const confidence = priority === 'suggested' ? 'hint' : 'likely';
    const purpose = feature === undefined ? '' : ` for ${printable(feature, 60)}`;
    const found = library('.note.dlopen', names.join(' or '), names, confidence, search, file);
    if (typeof found === 'string') return [found];
    return [{ ...found, because: `${priority} ${found.because}${purpose}` }];
  });
}

function namesIn(list: string, separator: RegExp): readonly string[] {
  return list.split(separator).filter(name => name !== '');
}
