import { type PerlUse, readPerl } from '../formats/perl.ts';
import { printable } from '../formats/printable.ts';
import type { Caught, ImplicitDependency, Need, Payload, PayloadCatcher } from '../model.ts';
import { needsOf } from '../need-grid.ts';
import { dirname, normalise } from '../paths.ts';

/** Modules and libraries that Perl files ask for. */
export const perl: PayloadCatcher = {
  looksAt: 'payload',
  name: 'perl',
  doc: 'The modules that Perl scripts and modules use, require or inherit from, and the libraries that they load.',
  claims: ({ path, bytes }) => /\.(?:pm|pl)$/.test(path) || isPerlScript(bytes),
  inspect,
  page: `Looks at \`*.pm\`, \`*.pl\` and scripts whose first line names perl. Nothing is executed; at most 4 MiB are read.

| In the file | Needs | How sure |
|---|---|---|
| \`use Foo::Bar\`, \`no Foo::Bar\`, \`require Foo::Bar\` | \`Foo/Bar.pm\` in the directories below | likely |
| \`use parent 'A', 'B'\`, \`use base qw(A B)\` | these too, unless \`-norequire\` is said | likely |
| \`use if …, Foo\`; anything in a block, in \`eval\` or with \`if\` behind it | the same | hint |
| \`require "foo.pl"\` | the file, in the directories below | likely |
| \`XSLoader::load('Foo::Bar')\`, or \`XSLoader::load\` in \`package Foo::Bar\` | \`auto/Foo/Bar/Bar.so\` below the directories | hint |

## Directories

In this order: those of \`use lib\` and of \`unshift @INC\`, absolute or from \`$FindBin::Bin\` or \`dirname(__FILE__)\` on (where
others are put together when it runs, all is a hint); for a module, the directory that its own name is below (\`lib/Foo/Bar.pm\` with
\`package Foo::Bar\`); then for the version \`V\` of Perl \`usr/perl5/site_perl/V\`, \`usr/perl5/vendor_perl/V\` and
\`usr/perl5/V/lib\`, each also with the directory of the architecture. The version is the one in the file's own path or in
its first line (\`#!/usr/perl5/5.36/bin/perl\`); where neither says one, every version since 5.22 will do, without the architecture, and all is a hint.

## Limits

This is no parser of Perl: POD, comments, here documents, strings that begin at the end of a line and what follows \`__END__\` are left out, and a statement counts
where it begins a line or follows \`;\`, \`{\` or \`}\`. Names that are computed, \`do FILE\`, and modules that other
modules load on demand are not found. What is loaded from \`PERL5LIB\` nobody knows.

## Beside pkgdepend

\`pkgdepend\` has no catcher for Perl.

Switch it off with \`catchers: { perl: off }\` in \`packwright.yaml\`.`,
};

/** No real module is larger (bytes). */
const LIMIT = 4 * 1024 * 1024;
/** More than any real file asks for. */
const MOST = 500;

/** Versions that illumos distributions and Solaris ship or shipped. */
const VERSIONS = ['5.22', '5.24', '5.26', '5.28', '5.30', '5.32', '5.34', '5.36', '5.38', '5.40', '5.42'];
const ARCHITECTURES = [
  'i86pc-solaris-thread-multi-64',
  'i86pc-solaris-thread-multi-64int',
  'i86pc-solaris-64int',
  'i86pc-solaris-64',
  'sun4-solaris-thread-multi-64',
  'sun4-solaris-64',
];

const ALL_VERSIONS = VERSIONS.toReversed().flatMap(ofVersion);

function isPerlScript(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x23 || bytes[1] !== 0x21) return false;
  return /^#![^\n]*\bperl/.test(String.fromCharCode(...bytes));
}

function inspect(file: Payload): Caught {
  const faults =
    file.size > LIMIT
      ? [{ message: 'is larger than 4 MiB: only the beginning was looked at for Perl modules' }]
      : [];
  const text = new TextDecoder('latin1').decode(file.read(0, Math.min(file.size, LIMIT)));
  const { uses, directories, openSearch } = readPerl(text);
  const version = versionOf(file.path, text);
  const own = [...directories.map(one => placed(one, file.path)), ...ownRoot(file.path, text)];
  const search = [...new Set([...own, ...standard(version)])];
  const seen = new Set<string>();
  const dependencies: ImplicitDependency[] = [];
  for (const use of uses) {
    const key = `${use.kind} ${use.name} ${use.guarded}`;
    if (seen.has(key) || seen.size >= MOST) continue;
    seen.add(key);
    const need = needOf(use, search, version !== undefined && !openSearch, file.path);
    if (need) dependencies.push(need);
  }
  return { dependencies, faults };
}

/** An installed directory; `./…` lies where the file does. */
function placed(directory: string, path: string): string {
  return directory.startsWith('/') ? normalise(directory) : normalise(`${dirname(path)}/${directory}`);
}

function needOf(
  { kind, name, at, guarded }: PerlUse,
  search: readonly string[],
  sure: boolean,
  neededBy: string,
): ImplicitDependency | undefined {
  const anyOf = candidates(kind, name, search);
  if (anyOf.length === 0) return undefined;
  const what = printable(name);
  const verb = kind === 'library' ? 'loads the library of' : 'uses';
  return {
    catcher: 'perl',
    neededBy,
    at,
    what,
    because: `${verb} ${what}`,
    anyOf,
    confidence: !sure || guarded || kind === 'library' ? 'hint' : 'likely',
    ...(kind === 'library' && { unmet: 'nothing' as const }),
  };
}

function candidates(kind: PerlUse['kind'], name: string, search: readonly string[]): readonly Need[] {
  if (kind === 'file' && name.startsWith('/')) return [normalise(name)].filter(path => path !== '');
  const parts = name.split('::');
  const path = {
    module: `${parts.join('/')}.pm`,
    file: name.replace(/^\.\//, ''),
    library: `auto/${parts.join('/')}/${parts.at(-1)}.so`,
  }[kind];
  if (path !== '' && normalise(path) === path) return needsOf([{ directories: search, files: [path] }]);
  return [...new Set(search.map(directory => normalise(`${directory}/${path}`)))];
}

/** `5.36` of the file's own path, else of its first line. */
function versionOf(path: string, text: string): string | undefined {
  const inPath = /(?:^|\/)perl5?\/(?:\w+_perl\/)?(5\.\d+)(?:\.\d+)?\//.exec(path)?.[1];
  return inPath ?? /^#![^\n]*\/perl5\/(5\.\d+)(?:\.\d+)?\//.exec(text)?.[1];
}

function standard(version: string | undefined): readonly string[] {
  // Which of many versions it is, is a guess: where its architecture's modules lie is not guessed too.
  if (version === undefined) return ALL_VERSIONS;
  return ofVersion(version).flatMap(directory => [
    directory,
    ...ARCHITECTURES.map(architecture => `${directory}/${architecture}`),
  ]);
}

function ofVersion(version: string): readonly string[] {
  return [`usr/perl5/site_perl/${version}`, `usr/perl5/vendor_perl/${version}`, `usr/perl5/${version}/lib`];
}

/** Where a module's own name begins: `opt/x/lib` for `opt/x/lib/Foo/Bar.pm` with `package Foo::Bar`. */
function ownRoot(path: string, text: string): readonly string[] {
  const name = /^\s*package\s+([A-Za-z_]\w*(?:::\w+)*)/m.exec(text)?.[1];
  const tail = name && `/${name.replaceAll('::', '/')}.pm`;
  if (tail && path.endsWith(tail)) return [path.slice(0, -tail.length)];
  return path.endsWith('.pl') ? [dirname(path)] : [];
}
