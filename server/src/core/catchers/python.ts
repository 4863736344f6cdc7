import { PYTHON_LIMIT, readPython } from '../formats/python.ts';
import { firstLineIn } from '../formats/python-source.ts';
import type { CatcherOptions, Caught, Payload, PayloadCatcher, PayloadFault, PayloadHead } from '../model.ts';
import { distributionNeeds, isMetadata } from './python-distributions.ts';
import { importNeeds, isAside, MOST_IMPORTS } from './python-needs.ts';
import { majorOfFirstLine, pythonVersionOf, runsPython } from './python-paths.ts';
import { isVersionKnown, pythonSearch } from './python-search.ts';

/** Modules that Python files import, and distributions that installed ones require. */
export const python: PayloadCatcher = {
  looksAt: 'payload',
  name: 'python',
  doc: 'Modules that Python files import, and distributions that installed ones require by their metadata.',
  claims,
  inspect: (file, options) => (isMetadata(file.path) ? distributionNeeds(file) : inspect(file, options)),
  page: `Looks at files named \`.py\` and at files whose first line runs Python, executable or not, and reports the modules that
they import. Also at the metadata of installed distributions. No interpreter is run and none need be installed; Python 2.7
to 3.14 is understood, with encoding declarations. At most 16 MiB of a file are read.

## Which Python

The directory of the file tells the version (\`usr/lib/python3.11/…\`, \`opt/x/lib/python3.12/…\`), else its first line
(\`#!/usr/bin/python3.11\`, \`#!/usr/bin/env python3.11\`). Where both do and differ, that is \`faulty\`, and the directory
counts. Where neither does, as with \`#!/usr/bin/python3\`, the candidates are those of Python 3.9 to 3.14, of 2.7 for
\`python2\`, of all of them for \`python\`, and each need is a hint.

## What is found, and how sure

| Import | How sure |
|---|---|
| \`import a\`, \`from a import b\` at the top of an executable script | certain |
| the same where \`env\` chooses the interpreter, \`#!/usr/bin/env python3.12\` | likely |
| the same in the \`__init__.py\` of a package in \`site-packages\` or \`vendor-packages\`, or in a module that lies there by itself | certain |
| the same in any other module of a package, or in a script that is not executable | likely: not every module of a package is imported |
| in a function | likely |
| under \`if __name__ == '__main__'\` of an executable script | as at its top; of others hint |
| after a statement of the module that may end the run (\`raise\`, \`sys.exit()\`) | likely |
| relative: \`from .a import b\` | likely, in the package alone |
| \`from . import a\` | hint: \`a\` may be a name in \`__init__.py\` |
| in a \`with\` whose manager may swallow an error | likely |
| in a \`try\` that catches \`ImportError\`, or names of unknown errors, in its \`else\`, or in any \`except\` | hint |
| under \`if TYPE_CHECKING\`, \`if False\` | hint |
| under any other \`if\`, in a loop, \`match\` or \`with suppress(…)\` | hint |
| of a module of another system: \`winreg\`, \`msvcrt\`, \`AppKit\` | hint |
| in \`test\`, \`tests\`, \`examples\`, \`contrib\`, \`conftest.py\`, \`setup.py\` and the like | hint |
| of what the standard library has not, in a file that changes \`sys.path\` | hint; a directory that it adds by a literal string is searched |
| a package that a dotted name goes through: \`a\` of \`import a.b\` | likely; nothing where nobody delivers its \`__init__.py\` (PEP 420) |

Of a hint nothing is said where nobody delivers it. A file with a fault has no certain needs. Modules that are part of the
interpreter (\`sys\`, \`builtins\`, \`time\`, …) and \`__future__\` are no needs; for extension modules of the standard library
that a build may have compiled in (\`math\`, \`select\`, …) the library itself will do as well.

## Where modules are looked for

The file's own directory comes first for scripts and in Python 2, then \`usr/lib/pythonM.m\`, its \`lib-dynload\`,
\`site-packages\` and \`vendor-packages\`, and \`usr/lib/pkg/pythonM.m\`; with the prefix of the interpreter or the file where
that is not \`usr\`. For a file in a directory without a version, the directories above are searched too. In each
directory the package, the extension module in every suffix (\`.cpython-311-x86_64-pc-solaris2.so\`, \`.cpython-311.so\`,
\`.abi3.so\`, \`.so\`; in \`64/\` as well), the source and the byte code will do. \`pkg.depend.runpath\` replaces the directories;
\`$PKGDEPEND_RUNPATH\` in it stands for them. \`.pth\` files are not followed.

Of \`from a import b\` the module \`a\` is needed; \`b\` may be a name in it. Where \`a\` has no file of its own, a module \`a.b\`
will do. A module that another one makes, and no file has (\`six.moves.urllib\`,
\`os.path\`, \`gi.repository.Gtk\`), is needed as that one. What is imported by other means (\`importlib.import_module\`, \`__import__\`, \`exec\`) is not found.

## Metadata

\`Requires-Dist\` in \`*.dist-info/METADATA\` and \`*.egg-info/PKG-INFO\`, and \`*.egg-info/requires.txt\`: the package under which
each distribution is imported, from a table of those with another name (PyYAML: \`yaml\`), else by the distribution's own
name, with \`_\` for \`-\`. Likely; where the name is a guess and nobody delivers it, nothing is said. Markers are judged for
illumos and the version (\`sys_platform == "win32"\` never holds); what depends on the machine is a hint, and what only an
extra needs is left out. Conditions on versions are not judged.

## What is wrong with a file

Reported as \`faulty\` at its place, the first in a file: strings and brackets that are not closed, wrong indentation, a
compound statement without colon or body, incomplete imports, NUL bytes, what is not of the encoding; in Python 3 also
the statements \`print 'x'\` and \`exec 'x'\`, and mixed tabs and spaces. It is not a full parser: what is not reported may
still be wrong. Files below \`test\`, \`tests\`, \`data\`, \`templates\` and \`examples\` are taken to be wrong on purpose.

## Beside pkgdepend

\`pkgdepend generate\` only looks at files whose first line names Python, runs the interpreter of their version, and takes
every import for certain. It reports relative imports as missing, and looks for every module in the directory of the
importing file too, which Python 3 does not do for modules.

Switch the catcher off with \`catchers: { python: off }\` in \`packwright.yaml\`.`,
};

function claims({ path, bytes }: PayloadHead): boolean {
  if (path.endsWith('.py') || path.endsWith('.pyw') || isMetadata(path)) return true;
  return bytes[0] === 0x23 && bytes[1] === 0x21 && mayRunPython(bytes);
}

/** A first line that goes on behind the head may name it later. */
function mayRunPython(bytes: Uint8Array): boolean {
  let line = '';
  for (const byte of bytes) {
    if (byte === 0x0a) return line.includes('python') && runsPython(line);
    line += String.fromCharCode(byte);
  }
  return true;
}

function inspect(file: Payload, { hints }: CatcherOptions): Caught {
  if (hints === false && isAllHints(file)) return NOTHING;
  const bytes = file.read(0, Math.min(file.size, PYTHON_LIMIT + 1));
  const source = readPython(bytes, majorOf(file.path, bytes));
  if (!isPython(file.path, source.firstLine)) return NOTHING;
  const search = pythonSearch(file, source.firstLine, source.addedDirectories);
  const faults: PayloadFault[] = MADE_TO_BE_WRONG.test(file.path) ? [] : [...source.faults, ...search.faults];
  if (source.imports.length > MOST_IMPORTS)
    faults.push({
      message: `Only the first ${MOST_IMPORTS} of its ${source.imports.length} imports are looked at`,
    });
  return { dependencies: importNeeds(file, source, search, hints ?? true), faults };
}

/** Whether nothing in a file can be more than a hint, as its path or its first line tells. */
function isAllHints(file: Payload): boolean {
  return isAside(file.path) || !isVersionKnown(file.path, firstLineIn(file.read(0, HEAD)));
}

/** More than any first line has that counts (bytes). */
const HEAD = 4096;

const NOTHING: Caught = { dependencies: [], faults: [] };

/** Not what another interpreter runs: `#!/bin/sh` in a file named `.py`. */
function isPython(path: string, firstLine: string): boolean {
  if (runsPython(firstLine)) return true;
  return /\.pyw?$/.test(path) && !OTHERS.test(firstLine);
}

const OTHERS = /^#!.*[\s/](?:(?:ba|da|k|z|c|tc)?sh|perl|ruby|node|tclsh|wish|awk)(?:[\d.]*)(?:\s|$)/;

/** Of tests of parsers, and templates that are no Python yet. */
const MADE_TO_BE_WRONG = /(?:^|\/)(?:tests?|testing|data|templates?|skeletons?|examples?)\//;

/** The major version as far as it is known without doubt: it decides what is wrong. */
function majorOf(path: string, bytes: Uint8Array): number | undefined {
  const line = bytes[0] === 0x23 && bytes[1] === 0x21 ? firstLineOf(bytes) : '';
  return pythonVersionOf(path, line)?.major ?? majorOfFirstLine(line);
}

function firstLineOf(bytes: Uint8Array): string {
  const end = bytes.subarray(0, 256).indexOf(0x0a);
  return String.fromCharCode(...bytes.subarray(0, Math.max(end, 0)));
}
