import { readElf } from '../formats/elf.ts';
import { readLibraryStrings } from '../formats/elf-strings.ts';
import type { Caught, Payload, PayloadCatcher } from '../model.ts';
import { library } from './elf-libraries.ts';
import { isKernelModule, searchPath } from './elf-search.ts';

/** Shared objects that a program may load by their names. */
export const dlopen: PayloadCatcher = {
  looksAt: 'payload',
  name: 'dlopen',
  hintsOnly: true,
  doc: 'Libraries whose names stand in the read-only data of a file that imports dlopen.',
  claims: ({ bytes }) => bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46,
  inspect,
  page: `Looks at ELF files that import \`dlopen\` or \`dlmopen\`, and guesses from their strings what they load. Of other files
only the imported symbols are read.

| In the read-only data | Needs | How sure |
|---|---|---|
| \`libfoo.so.1\`, \`plugin.so\`: a whole string that is the name of a shared object | it, in the directories in which the run-time linker looks for what the file needs | hint |
| \`/usr/lib/64/libfoo.so\`: an absolute path of one | that file | hint |

A string is no proof: a name may be one of several that are tried, belong to another platform, or be text of a message.
So nothing is said of names that no known package delivers, and a need is a hint at most. Names that the file
needs anyway (\`NEEDED\`), and its own, do not count.

## Limits

Names that are put together when the program runs (\`"%s/lib%s.so"\`) are not seen. At most the first MiB of
read-only data and 64 names are looked at. Kernel modules have no \`dlopen\`.

An author who knows what is loaded says it better: in the note \`.note.dlopen\`, which the catcher \`elf\` reads, or by a
\`depend\` action.

## Beside pkgdepend

\`pkgdepend generate\` finds nothing of the kind.

Switch the catcher off with \`catchers: { dlopen: off }\` in \`packwright.yaml\`.`,
};

function inspect(file: Payload): Caught {
  const names = isKernelModule(file.path) ? undefined : readLibraryStrings(file);
  if (!names || names.length === 0) return NOTHING;
  const { elf } = readElf(file, false);
  if (!elf) return NOTHING;
  const search = searchPath(elf, file);
  const known = new Set([elf.soname, elf.interpreter, ...elf.needed.map(one => one.name)]);
  const asked = names.filter(name => !known.has(name));
  const found = asked.map(name => library('the string', name, [name], 'hint', search, file));
  return {
    // Faults of the file, and of its run path, are told by the catcher elf.
    dependencies: found.flatMap(one =>
      typeof one === 'string'
        ? []
        : [
            {
              ...one,
              catcher: 'dlopen',
              because: `imports dlopen, and has ${one.because}`,
              unmet: 'nothing' as const,
            },
          ],
    ),
    faults: [],
  };
}

const NOTHING: Caught = { dependencies: [], faults: [] };
