import { type PcField, readPc } from '../formats/pc.ts';
import { decode, printable } from '../formats/printable.ts';
import type { Caught, Confidence, ImplicitDependency, Need, Payload, PayloadCatcher } from '../model.ts';
import { dirname } from '../paths.ts';

/** Modules that pkg-config files require. */
export const pkgConfig: PayloadCatcher = {
  looksAt: 'payload',
  name: 'pkg-config',
  doc: 'The modules that a pkg-config file (.pc) requires.',
  claims: ({ path, bytes }) => path.endsWith('.pc') && IN_PLACE.test(path) && !bytes.includes(0),
  inspect,
  page: `Looks at files that end in \`.pc\` in a directory \`pkgconfig\`, and reports the modules that they require: the files
\`NAME.pc\` of other packages, without which \`pkg-config\` refuses to answer. At most the first 64 KiB are read.

| In the file | Needs | How sure |
|---|---|---|
| \`Requires: glib-2.0 >= 2.50, zlib\` | \`glib-2.0.pc\` and \`zlib.pc\` in one of the directories below | likely |
| \`Requires.private: libffi\` | \`libffi.pc\` there: \`pkg-config\` reads it too, but many builds do without | hint |
| \`Requires.internal: x\` | \`x.pc\` there, for static linking alone | hint |

The directories, in this order:

1. the file's own;
2. below the same prefix (what stands before \`lib\` or \`share\`, for instance \`opt/ooce\`): \`lib/amd64\`, \`lib/sparcv9\`,
   \`lib/aarch64\`, \`lib/64\` (not for a file in \`lib/pkgconfig\`, which is for 32 bits), \`lib\` and \`share\`, each with
   \`pkgconfig\` behind it;
3. the same below \`usr\`.

Variables are expanded with those of the file itself and \`\${pcfiledir}\`.

## Limits

Versions are not compared. A name with an unknown variable or an unexpanded \`@NAME@\` is left out. What another file
calls \`Provides:\` and what users put into \`PKG_CONFIG_PATH\` is not known. Headers and libraries that \`Cflags\` and
\`Libs\` name are not looked for.

## Beside pkgdepend

\`pkgdepend generate\` does not look at these files. rpm makes \`pkgconfig(NAME)\` dependencies of \`Requires\` and
\`Requires.private\` alike.

Switch the catcher off with \`catchers: { pkg-config: off }\` in \`packwright.yaml\`.`,
};

const IN_PLACE = /(?:^|\/)pkgconfig\/[^/]+$/;
/** Bytes that are read; the largest files known have three thousand. */
const LIMIT = 64 * 1024;

const SURE: Readonly<Record<PcField, Confidence>> = {
  Requires: 'likely',
  'Requires.private': 'hint',
  'Requires.internal': 'hint',
};

function inspect(file: Payload): Caught {
  const { text } = decode(file.read(0, LIMIT));
  const directory = dirname(file.path);
  const places = directoriesFrom(directory);
  const found = new Map<string, ImplicitDependency>();
  for (const { name, field, line, at } of readPc(text, directory)) {
    const confidence = SURE[field];
    const before = found.get(name);
    if (before && !(before.confidence === 'hint' && confidence === 'likely')) continue;
    const anyOf: readonly Need[] = places.map(place => `${place}/${name}.pc`);
    found.set(name, {
      catcher: 'pkg-config',
      neededBy: file.path,
      at,
      what: name,
      because: printable(line),
      anyOf,
      confidence,
    });
  }
  return { dependencies: [...found.values()], faults: [] };
}

/** Subdirectories of 64-bit libraries; `64` is a link to one of them. */
const WIDE = ['lib/amd64', 'lib/sparcv9', 'lib/aarch64', 'lib/64'];

/** Where pkg-config looks for what a file in this directory requires. */
function directoriesFrom(own: string): readonly string[] {
  const { prefix = 'usr', kind, size } = PLACE.exec(own)?.groups ?? {};
  const narrow = kind === 'lib' && size === undefined;
  const below = [...(narrow ? [] : WIDE), 'lib', 'share'];
  const all = [prefix, 'usr'].flatMap(base => below.map(each => `${base}/${each}/pkgconfig`));
  return [...new Set([own, ...all])];
}

const PLACE = /^(?:(?<prefix>.*)\/)?(?<kind>lib|share|libdata)(?<size>\/[^/]+)?\/pkgconfig$/;
