import { type CompressedFormat, compressedFormat } from '../formats/compressed.ts';
import type { CatcherOptions, Caught, Need, Payload, PayloadCatcher } from '../model.ts';
import { COMPRESSED_PLACES, mustBeUnpacked } from './compression-places.ts';

/** Programs that unpack manual pages, documents and the like when somebody wants to read them. */
export const compression: PayloadCatcher = {
  looksAt: 'payload',
  name: 'compression',
  hintsOnly: true,
  doc: 'The program that unpacks compressed manual pages, info files, documents, fonts and kernel modules.',
  claims: ({ bytes }) => compressedFormat(bytes) !== undefined,
  inspect,
  page: `Looks at files whose first bytes are those of a compressed file, whatever their names, in places where something
must unpack them at run time. Nothing is unpacked.

| Format | Needs any one of, in \`usr/bin\`, \`usr/gnu/bin\` or \`opt/ooce/bin\` | How sure |
|---|---|---|
| gzip | \`gzip\`, \`gunzip\`, \`gzcat\`; of manual pages \`gzcat\` first | hint |
| bzip2 | \`bzip2\`, \`bunzip2\`, \`bzcat\`; of manual pages \`bzcat\` first | hint |
| xz, LZMA | \`xz\`, \`unxz\`, \`xzcat\`; \`unlzma\`, \`lzcat\` | hint |
| zstd | \`zstd\`, \`unzstd\`, \`zstdcat\` | hint |
| lz4 | \`lz4\`, \`unlz4\`, \`lz4cat\` | hint |
| lzip | \`lzip\`, \`lunzip\` | hint |
| compress | \`uncompress\`, \`compress\`, \`zcat\`; or \`gzip\` and \`gunzip\`, which read it too | hint |
| pack | \`unpack\`, \`pcat\`; or \`gzip\` and \`gunzip\` | hint |
| ZIP | \`unzip\`, \`7z\`, \`7za\` | hint |

Where no known package has such a program nothing is reported: people have other ones.

## Places

The last place that matches counts; a file in none of them is left alone.

| Files | Unpacked by |
|---|---|
${COMPRESSED_PLACES.map(({ path, unpack }) => `| \`${path.replaceAll('|', '\\|')}\` | ${unpack === 'tool' ? 'a program' : 'whatever reads them, without a program'} |`).join('\n')}

\`man(1)\` of illumos runs \`gzcat\` for pages that end in \`.gz\` and \`bzcat\` for those that end in \`.bz2\`, and reads no others;
\`info(1)\` runs \`gunzip\`, \`bunzip2\`, \`unxz\` and so on.

Places of one's own come after these, in \`packwright.yaml\`:

\`\`\`yaml
compressed:
  - path: usr/share/dict/**        # our spell checker runs gzip
    unpack: tool
  - path: usr/share/doc/**         # nobody reads these
    unpack: off
\`\`\`

## Beside pkgdepend

\`pkgdepend generate\` does not look at compressed files.

Switch the catcher off with \`catchers: { compression: off }\` in \`packwright.yaml\`.`,
};

function inspect(file: Payload, { compressed }: CatcherOptions): Caught {
  const format = compressedFormat(file.read(0, 64));
  if (format === undefined || !mustBeUnpacked(file.path, compressed)) return NOTHING;
  return {
    dependencies: [
      {
        catcher: 'compression',
        neededBy: file.path,
        what: TOOLS[format].name,
        because: `compressed with ${TOOLS[format].name}, and to be unpacked by a program`,
        anyOf: toolsFor(format, file.path),
        confidence: 'hint',
        unmet: 'nothing',
      },
    ],
    faults: [],
  };
}

const NOTHING: Caught = { dependencies: [], faults: [] };

/** Names of programs that unpack each format, and the one that `man(1)` runs. */
const TOOLS: Readonly<
  Record<
    CompressedFormat,
    { readonly name: string; readonly tools: readonly string[]; readonly man?: string }
  >
> = {
  gzip: { name: 'gzip', tools: ['gzip', 'gunzip', 'gzcat'], man: 'gzcat' },
  bzip2: { name: 'bzip2', tools: ['bzip2', 'bunzip2', 'bzcat'], man: 'bzcat' },
  xz: { name: 'xz', tools: ['xz', 'unxz', 'xzcat'] },
  lzma: { name: 'LZMA', tools: ['xz', 'unlzma', 'lzcat', 'lzma'] },
  zstd: { name: 'zstd', tools: ['zstd', 'unzstd', 'zstdcat'] },
  lz4: { name: 'lz4', tools: ['lz4', 'unlz4', 'lz4cat'] },
  lzip: { name: 'lzip', tools: ['lzip', 'lunzip'] },
  compress: { name: 'compress', tools: ['uncompress', 'compress', 'zcat', 'gzip', 'gunzip'] },
  pack: { name: 'pack', tools: ['unpack', 'pcat', 'gzip', 'gunzip'] },
  zip: { name: 'zip', tools: ['unzip', '7z', '7za'] },
};

const DIRECTORIES = ['usr/bin', 'usr/gnu/bin', 'opt/ooce/bin'];
const MANUAL = /(?:^|\/)man\/(?:[^/]+\/)*(?:man|cat|sman)[^/]*\/[^/]*$/;

function toolsFor(format: CompressedFormat, path: string): readonly Need[] {
  const { tools, man } = TOOLS[format];
  const ordered =
    man !== undefined && MANUAL.test(path) ? [man, ...tools.filter(tool => tool !== man)] : tools;
  return ordered.flatMap(tool => DIRECTORIES.map(directory => `${directory}/${tool}`));
}
