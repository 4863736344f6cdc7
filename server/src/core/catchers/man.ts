import { gunzip, isGzip } from '../formats/gzip.ts';
import { decode, printable } from '../formats/printable.ts';
import { readSo, type SoRequest } from '../formats/roff-so.ts';
import type { CatcherOptions, Caught, ImplicitDependency, Need, Payload, PayloadCatcher } from '../model.ts';
import { basename, dirname, join, normalise } from '../paths.ts';

/** Manual pages that are another page. */
export const man: PayloadCatcher = {
  looksAt: 'payload',
  name: 'man',
  doc: 'The page that a manual page includes with .so.',
  claims: ({ path, bytes }) => PAGE.test(path) && (isText(bytes) || isGzip(bytes)),
  inspect,
  page: `Looks at manual pages, files in a directory \`man*\` below a directory \`man\`, and reports what their \`.so\` requests
include: pages that stand under several names mostly are one line, \`.so man3/open.3\`. The first 8 KiB are read; only
a \`.so\` (or \`'so\`) at the beginning of a line counts.

| In \`usr/share/man/man3/creat.3\` | Needs | How sure |
|---|---|---|
| \`.so man2/open.2\` | \`usr/share/man/man2/open.2\` | likely |
| \`.so open.3\` | \`usr/share/man/man3/open.3\`, or \`usr/share/man/open.3\` | likely |
| \`.so ../man2/open.2\` | \`usr/share/man/man2/open.2\` | likely |
| \`.so /usr/share/lib/tmac/an\` | that path | likely |

A page may be compressed: \`.gz\`, \`.bz2\`, \`.xz\` and \`.zst\` behind the name satisfy as well. In a directory of another
language, such as \`usr/share/man/de/man3\`, pages are looked for in that language, then in \`usr/share/man\`.

## Limits

Of compressed pages those are read that are compressed with gzip, and no longer than 256 KiB. A name with an escape (\`\\*[dir]/x\`) is left out. What \`MANPATH\` adds is
not known. Requests behind a macro's definition or condition count as if they were always made.

## Beside pkgdepend

\`pkgdepend generate\` does not look at manual pages.

Switch the catcher off with \`catchers: { man: off }\` in \`packwright.yaml\`.`,
};

const PAGE = /(?:^|\/)man\/(?:[^/]+\/)?man[^/]*\/[^/]+(?<!\.(?:bz2|xz|zst|Z))$/;
const LIMIT = 8 * 1024;
/** Bytes of a compressed page, packed or not: it is read whole. */
const COMPRESSED_LIMIT = 256 * 1024;
/** What `man(1)` unpacks. */
const COMPRESSED = ['', '.gz', '.bz2', '.xz', '.zst'];

function isText(bytes: Uint8Array): boolean {
  return bytes.length > 0 && !bytes.includes(0) && (bytes[0]! >= 0x20 || bytes[0] === 0x0a);
}

/** The beginning of a page, and how long the page is. */
function beginning(file: Payload, inflate: CatcherOptions['inflate']) {
  const bytes = file.read(0, LIMIT);
  if (!isGzip(bytes)) return { bytes, size: file.size, packed: false };
  const all = file.size > COMPRESSED_LIMIT ? bytes : file.read(0, file.size);
  const page = gunzip(all, inflate, COMPRESSED_LIMIT) ?? NOTHING;
  return { bytes: page.subarray(0, LIMIT), size: page.length, packed: true };
}

const NOTHING = new Uint8Array(0);

function inspect(file: Payload, { inflate }: CatcherOptions): Caught {
  const { bytes, size, packed } = beginning(file, inflate);
  const { text } = decode(bytes);
  // The last line may have been cut in the middle of a name.
  const whole = size > LIMIT ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
  const found = new Map<string, ImplicitDependency>();
  for (const request of readSo(whole)) {
    const anyOf = candidates(request, dirname(file.path));
    if (anyOf.length === 0 || found.has(request.target)) continue;
    found.set(request.target, {
      catcher: 'man',
      neededBy: file.path,
      // A place in a text that lies packed in the file is none in the file.
      ...(!packed && { at: request.at }),
      what: printable(request.target),
      because: printable(request.line),
      anyOf,
      confidence: 'likely',
    });
  }
  return { dependencies: [...found.values()], faults: [] };
}

/** Where the page may be: beside this one, below the root of the manual, and in the manual that is not translated. */
function candidates({ target }: SoRequest, section: string): readonly Need[] {
  const root = dirname(section);
  const roots = basename(root) === 'man' ? [root] : [root, dirname(root)];
  // soelim(1) goes from the directory that it runs in, man(1) from the root of the manual.
  const around = target.includes('/') && !target.startsWith('.') ? roots : [section, ...roots];
  const places = target.startsWith('/') ? [normalise(target)] : around.map(one => join(one, target));
  const paths = [...new Set(places)].filter(path => path !== '');
  return paths.flatMap(path => COMPRESSED.map(suffix => `${path}${suffix}`));
}
