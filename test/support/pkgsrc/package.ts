import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { machine, release, type } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type TarMember, tarball } from './tar.ts';

/** One line of a packing list. */
export type PackageEntry =
  | {
      readonly path: string;
      readonly content: string | Uint8Array;
      /** 0644 when absent. */
      readonly mode?: number;
      /** What the list says instead of the content's MD5. */
      readonly md5?: string;
    }
  | { readonly path: string; readonly link: string }
  /** A command of the list, without its `@`: `exec sleep 5`, `pkgdir share/x`, `unexec …`. */
  | { readonly command: string };

/** A binary package to be made. */
export interface Recipe {
  readonly name: string;
  readonly version: string;
  readonly comment?: string;
  readonly description?: string;
  /** `category/directory`; `vo/NAME` when absent. */
  readonly pkgpath?: string;
  readonly categories?: string;
  readonly entries?: readonly PackageEntry[];
  /** Patterns. */
  readonly depends?: readonly string[];
  /** Exact names that it was built with. */
  readonly builtWith?: readonly string[];
  readonly conflicts?: readonly string[];
  /** Scripts, each run as `SCRIPT PKGNAME STAGE` in the entry's directory. */
  readonly install?: string;
  readonly deinstall?: string;
  /** Shown when it is added. */
  readonly display?: string;
  /** Cannot be deleted. */
  readonly preserve?: boolean;
  /** Bytes that `SIZE_PKG` states; what the files have when absent. */
  readonly size?: number;
  /** Bytes that `SIZE_ALL` states; those of `SIZE_PKG` when absent. */
  readonly sizeWithDependencies?: number;
  /** Account and group of the files; root's when absent. Only who may give files away gives them away. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Further lines of +BUILD_INFO, or others than the usual ones. */
  readonly info?: Readonly<Record<string, string | readonly string[]>>;
}

/** `name-version`. */
export function packageName(recipe: Recipe): string {
  return `${recipe.name}-${recipe.version}`;
}

/** Makes `DIRECTORY/NAME-VERSION.tgz` for a prefix, and returns its path. */
export function buildPackage(recipe: Recipe, directory: string, prefix: string): string {
  const path = join(directory, `${packageName(recipe)}.tgz`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(path, tarball(packageMembers(recipe, prefix)));
  return path;
}

/** The members of a package file in the order that pkg_add demands: metadata first. */
export function packageMembers(recipe: Recipe, prefix: string): readonly TarMember[] {
  const files = (recipe.entries ?? []).flatMap(entry =>
    'command' in entry
      ? []
      : [
          'link' in entry
            ? { name: entry.path, link: entry.link, mode: 0o777 }
            : { name: entry.path, content: entry.content, mode: entry.mode ?? 0o644 },
        ],
  );
  return [...metadata(recipe, prefix), ...files].map(member => ({ ...member, ...recipe.owner }));
}

/** The files of a package's entry in the database. */
export function metadata(recipe: Recipe, prefix: string): readonly TarMember[] {
  const size = recipe.size ?? payloadSize(recipe);
  const files: readonly (readonly [string, string | undefined])[] = [
    ['+CONTENTS', contents(recipe, prefix)],
    ['+COMMENT', `${recipe.comment ?? `The ${recipe.name} package`}\n`],
    ['+DESC', recipe.description ?? `Lab package ${recipe.name}.\n`],
    ['+INSTALL', recipe.install],
    ['+DEINSTALL', recipe.deinstall],
    ['+DISPLAY', recipe.display],
    ['+BUILD_VERSION', `${pkgpath(recipe)}/Makefile:\t$NetBSD$\n`],
    ['+BUILD_INFO', buildInfo(recipe, prefix)],
    ['+SIZE_PKG', `${size}\n`],
    ['+SIZE_ALL', `${recipe.sizeWithDependencies ?? size}\n`],
    ['+PRESERVE', recipe.preserve ? 'not for deletion\n' : undefined],
  ];
  return files.flatMap(([name, content]) =>
    content === undefined ? [] : [{ name, content, mode: /INSTALL$/.test(name) ? 0o755 : 0o644 }],
  );
}

function pkgpath(recipe: Recipe): string {
  return recipe.pkgpath ?? `vo/${recipe.name}`;
}

function payloadSize(recipe: Recipe): number {
  return (recipe.entries ?? []).reduce(
    (sum, entry) => sum + ('content' in entry ? Buffer.byteLength(entry.content) : 0),
    0,
  );
}

/** +CONTENTS. */
function contents(recipe: Recipe, prefix: string): string {
  const known = [
    ...['+COMMENT', '+DESC'],
    ...(recipe.install === undefined ? [] : ['+INSTALL']),
    ...(recipe.deinstall === undefined ? [] : ['+DEINSTALL']),
    ...(recipe.display === undefined ? [] : ['+DISPLAY']),
    ...['+BUILD_VERSION', '+BUILD_INFO', '+SIZE_PKG', '+SIZE_ALL'],
    ...(recipe.preserve ? ['+PRESERVE'] : []),
  ];
  const lines = [
    `@cwd ${prefix}`,
    // Conflicts come first: PKGNAME is then not the first line of a summary.
    ...(recipe.conflicts ?? []).map(pattern => `@pkgcfl ${pattern}`),
    `@name ${packageName(recipe)}`,
    ...(recipe.builtWith ?? []).map(name => `@blddep ${name}`),
    ...(recipe.depends ?? []).map(pattern => `@pkgdep ${pattern}`),
    ...(recipe.entries ?? []).flatMap(listed),
    `@cwd ${prefix}`,
    ...known.flatMap(file => ['@ignore', file]),
  ];
  return `${lines.join('\n')}\n`;
}

function listed(entry: PackageEntry): readonly string[] {
  if ('command' in entry) return [`@${entry.command}`];
  if ('link' in entry) return [entry.path, `@comment Symlink:${entry.link}`];
  const digest = entry.md5 ?? createHash('md5').update(entry.content).digest('hex');
  return [entry.path, `@comment MD5:${digest}`];
}

function buildInfo(recipe: Recipe, prefix: string): string {
  const values: Readonly<Record<string, string | readonly string[]>> = {
    ABI: '64',
    BUILD_DATE: '2026-11-20 10:26:52 +0000',
    CATEGORIES: recipe.categories ?? 'vo',
    LICENSE: '2-clause-bsd',
    LOCALBASE: prefix,
    MACHINE_ARCH: machine(),
    OPSYS: type(),
    OS_VERSION: release().replace(/[^0-9.].*/, ''),
    PKGPATH: pkgpath(recipe),
    PKGTOOLS_VERSION: '20091115',
    PKG_SYSCONFDIR: `${prefix}/etc`,
    ...recipe.info,
  };
  return Object.keys(values)
    .sort()
    .flatMap(name => [values[name] ?? ''].flat().map(value => `${name}=${value}\n`))
    .join('');
}

/**
 * Writes `pkg_summary.gz` for the packages in a directory and returns its text, as
 * `pkg_info -X *.tgz` makes it, with what newer tools add when `digests` is set (FILE_CKSUM).
 */
export function writeSummary(directory: string, options: { readonly digests?: boolean } = {}): string {
  const names = readdirSync(directory)
    .filter(name => name.endsWith('.tgz'))
    .sort();
  const text = names.map(name => summaryOf(join(directory, name), name, options.digests ?? false)).join('');
  writeFileSync(join(directory, 'pkg_summary.gz'), gzipSync(text));
  return text;
}

const summarized = new Set(
  'PKGPATH CATEGORIES PROVIDES REQUIRES PKG_OPTIONS OPSYS OS_VERSION MACHINE_ARCH LICENSE HOMEPAGE PKGTOOLS_VERSION BUILD_DATE PREV_PKGPATH SUPERSEDES'.split(
    ' ',
  ),
);

function summaryOf(path: string, file: string, digests: boolean): string {
  const texts = metadataTexts(path);
  const lines = (name: string) =>
    (texts.get(name) ?? '').split('\n').filter((_, at, all) => at < all.length - 1);
  const named: Readonly<Record<string, string>> = { name: 'PKGNAME', pkgdep: 'DEPENDS', pkgcfl: 'CONFLICTS' };
  return [
    ...lines('+CONTENTS').flatMap(line => {
      const [, command = '', value] = /^@(name|pkgdep|pkgcfl) (.*)/.exec(line) ?? [];
      return named[command] ? [`${named[command]}=${value}`] : [];
    }),
    ...lines('+COMMENT').map(line => `COMMENT=${line}`),
    ...lines('+SIZE_PKG').map(line => `SIZE_PKG=${line}`),
    ...lines('+BUILD_INFO').filter(line => summarized.has(line.split('=')[0] ?? '')),
    `FILE_NAME=${file}`,
    `FILE_SIZE=${statSync(path).size}`,
    ...(digests ? [`FILE_CKSUM=SHA256 ${sha256(path)}`] : []),
    ...lines('+DESC').map(line => `DESCRIPTION=${line}`),
    '',
    '',
  ].join('\n');
}

/** SHA-256 of a file in hexadecimal. */
export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The metadata of a package file made here. */
function metadataTexts(path: string): ReadonlyMap<string, string> {
  const tar = gunzipSync(readFileSync(path));
  const texts = new Map<string, string>();
  for (let at = 0; tar[at]; ) {
    const name = tar.toString('utf8', at, tar.indexOf(0, at));
    const size = Number.parseInt(tar.toString('utf8', at + 124, at + 135), 8);
    if (name.startsWith('+')) texts.set(name, tar.toString('utf8', at + 512, at + 512 + size));
    at += 512 + size + (-size & 511);
  }
  return texts;
}
