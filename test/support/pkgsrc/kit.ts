import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { metadata, type PackageEntry, packageName, type Recipe, sha256 } from './package.ts';
import { type TarMember, tarball } from './tar.ts';
import { bmakeScript, databaseOf, type KitPlace, toolProgram } from './tools.ts';

/** The packages that a bootstrap registers, none of which may be deleted. */
export function bootstrapPackages(place: KitPlace): readonly Recipe[] {
  const preserve = true;
  return [
    {
      name: 'bootstrap-mk-files',
      version: '20160908',
      comment: '*.mk files for the bootstrap bmake utility',
      description: bootstrapDescription,
      pkgpath: 'pkgtools/bootstrap-mk-files',
      categories: 'pkgtools',
      conflicts: ['mk-files-[0-9]*'],
      preserve,
      entries: makeFiles.map(name => ({ path: `share/mk/${name}`, content: `# ${name}\n` })),
    },
    {
      name: 'bmake',
      version: '20150505',
      comment: "Portable (autoconf) version of NetBSD 'make' utility",
      pkgpath: 'devel/bmake',
      categories: 'devel',
      depends: ['bootstrap-mk-files-[0-9]*'],
      builtWith: ['bootstrap-mk-files-20160908'],
      preserve,
      entries: [program('bin/bmake', bmakeScript(place)), page('man1/bmake.1')],
    },
    {
      name: 'nawk',
      version: '20121220nb1',
      comment: "Brian Kernighan's pattern-directed scanning and processing language",
      pkgpath: 'lang/nawk',
      categories: 'lang',
      preserve,
      entries: [program('bin/nawk', '#!/bin/sh\nexec awk "$@"\n'), page('man1/nawk.1')],
    },
    toolsPackage(place),
  ];
}

/** The package of the tools themselves; of another version when the place says so (`20180101`, `20160410nb2`). */
export function toolsPackage(place: KitPlace): Recipe {
  const tool = toolProgram({ ...place, version: place.version?.replace(/nb.*/, '') ?? '20160410' });
  return {
    name: 'pkg_install',
    version: place.version ?? '20160410nb1',
    comment: 'Package management and administration tools for pkgsrc',
    description:
      'pkg_install contains the core package management and administration\nutilities for pkgsrc.\n',
    pkgpath: 'pkgtools/pkg_install',
    categories: 'pkgtools',
    conflicts: ['audit-packages-[0-9]*'],
    preserve: true,
    entries: [
      ...pages.map(page),
      program('sbin/audit-packages', '#!/bin/sh\n'),
      program('sbin/download-vulnerability-list', '#!/bin/sh\n'),
      program('sbin/pkg_add', tool),
      program('sbin/pkg_admin', tool),
      program('sbin/pkg_create', pkgCreate),
      program('sbin/pkg_delete', tool),
      program('sbin/pkg_info', tool),
    ],
  };
}

/** Makes no packages; it only says how it would be called. */
const pkgCreate = `#!/bin/sh
cat >&2 <<'EOF'
pkg_create: missing package name
usage: pkg_create [-lOUVv] [-B build-info-file] [-b build-version-file]
                  [-C cpkgs] [-D displayfile] [-F compression] 
                  [-I realprefix] [-i iscript]
                  [-K pkg_dbdir] [-k dscript]
                  [-n preserve-file] [-P dpkgs] [-p prefix] [-r rscript]
                  [-S size-all-file] [-s size-pkg-file]
                  [-T buildpkgs] [-u owner] [-g group]
                  -c comment -d description -f packlist
                  pkg-name
EOF
exit 1
`;

const bootstrapDescription = `The bootstrap bmake(1) utility uses some customised .mk files in order
to pre-define certain definitions and targets, which guide the build
process.  This package provides those *.mk files for the bmake(1)
utility.
`;

const makeFiles = [
  'bsd.README',
  ...'dep depall doc files hostprog inc info kernobj kinc kmod lib links man nls obj own prog subdir sys'
    .split(' ')
    .map(name => `bsd.${name}.mk`),
  'sys.mk',
];

const pages = [
  ...['man1/pkg_add.1', 'man1/pkg_admin.1', 'man1/pkg_create.1', 'man1/pkg_delete.1', 'man1/pkg_info.1'],
  ...['man5/pkg_install.conf.5', 'man5/pkg_summary.5', 'man7/pkgsrc.7'],
  ...['man8/audit-packages.8', 'man8/download-vulnerability-list.8'],
];

function program(path: string, content: string | Uint8Array): PackageEntry {
  return { path, content, mode: 0o755 };
}

function page(path: string): PackageEntry {
  return { path: `man/${path}`, content: `.TH ${path}\n` };
}

/**
 * The files of a prefix in which some packages are installed, relative to it: what a bootstrap leaves, and what a
 * kit holds.
 */
export function prefixMembers(place: KitPlace, recipes = bootstrapPackages(place)): readonly TarMember[] {
  const database = databaseOf(place).slice(place.prefix.length + 1);
  const index = recipes.flatMap(recipe =>
    (recipe.entries ?? []).flatMap(entry =>
      'path' in entry ? [`${place.prefix}/${entry.path}\t${packageName(recipe)}\n`] : [],
    ),
  );
  return [
    { name: 'etc/mk.conf', content: `PREFIX=\t${place.prefix}\n` },
    ...recipes.flatMap(recipe => installedMembers(recipe, place, `${database}/${packageName(recipe)}`)),
    { name: `${database}/pkgdb.byfile.db`, content: `packwright-double-byfile 1\n${index.sort().join('')}` },
  ];
}

function installedMembers(recipe: Recipe, place: KitPlace, entry: string): readonly TarMember[] {
  const files = (recipe.entries ?? []).flatMap((file): readonly TarMember[] => {
    if ('command' in file) return [];
    const { path: name, ...rest } = file;
    return [{ name, ...rest }];
  });
  const requiredBy = { 'bootstrap-mk-files': 'bmake-20150505\n' }[recipe.name];
  return [
    ...files,
    ...metadata(recipe, place.prefix).map(file => ({
      ...file,
      name: `${entry}/${file.name}`,
      mode: file.name === '+CONTENTS' ? 0o644 : (file.mode ?? 0o644) & 0o555,
    })),
    ...(requiredBy ? [{ name: `${entry}/+REQUIRED_BY`, content: requiredBy }] : []),
  ];
}

/** Installs the tools in their prefix, with directories that have `directoryMode` (0775 when absent). */
export function installKit(place: KitPlace, recipes?: readonly Recipe[], directoryMode = 0o2775): void {
  for (const member of prefixMembers(place, recipes)) {
    const path = join(place.prefix, member.name);
    makeDirectory(dirname(path), directoryMode);
    if (member.link !== undefined) symlinkSync(member.link, path);
    else writeFileSync(path, member.content ?? '');
    if (member.link === undefined) chmodSync(path, member.mode ?? 0o644);
  }
}

function makeDirectory(path: string, mode: number): void {
  const first = mkdirSync(path, { recursive: true });
  if (first === undefined) return;
  for (let at = path; at.length >= first.length; at = dirname(at)) chmodSync(at, mode);
}

/** A kit: `DIRECTORY/NAME`, a tar.gz with members `./<prefix>/…`, and its SHA-256 (also in `NAME.sha256`). */
export function writeKit(
  place: KitPlace,
  directory: string,
  name = 'pkgsrc-kit.tar.gz',
  recipes?: readonly Recipe[],
): { readonly path: string; readonly sha256: string } {
  const path = join(directory, name);
  const members = prefixMembers(place, recipes).map(member => ({
    ...member,
    name: `.${place.prefix}/${member.name}`,
  }));
  const folders = [...new Set(members.flatMap(({ name: file }) => parents(file)))].sort();
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, tarball([...folders.map(folder => directoryMember(folder, place)), ...members]));
  writeFileSync(`${path}.sha256`, `${sha256(path)}  ${name}\n`);
  return { path, sha256: sha256(path) };
}

/** The directories of a prefix have the modes of a real bootstrap under umask 002, `etc` among them. */
function directoryMember(folder: string, { prefix }: KitPlace): TarMember {
  const inside = `${folder}/`.startsWith(`.${prefix}/`);
  const mode = !inside ? 0o755 : folder === `.${prefix}/etc` ? 0o2755 : 0o2775;
  return { name: `${folder}/`, directory: true, mode };
}

function parents(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...parents(parent), parent];
}
