import { basename, resolve } from 'node:path';
import { readAuthored } from '../../../../server/src/core/ips/pkgdepend/authored.ts';
import { gather } from '../../../../server/src/core/ips/pkgdepend/gather.ts';
import { isSkippedByPkgdepend } from '../../../../server/src/core/ips/pkgdepend/path-map.ts';
import { providerOf } from '../../../../server/src/core/ips/pkgdepend/provider.ts';
import {
  type Beyond,
  type Resolving,
  resolveAll,
} from '../../../../server/src/core/ips/pkgdepend/resolve.ts';
import { complain, type ExitCode, type Host, note } from '../host.ts';
import { shownPath } from '../shown-path.ts';
import { type Arguments, getopt, has, valuesOf } from './getopt.ts';
import { sayOutside } from './outside.ts';
import { patternsIn } from './package-patterns.ts';
import type { Opened } from './sources.ts';
import { isDirectory, isFile, textIn } from './text-files.ts';
import { exitCodeOf, tell } from './told.ts';
import { type Output, writeResolved } from './write-resolved.ts';

const OPTIONS = { short: 'd:e:Emos:Sv?', long: ['--strict-compat', '--repository=', '--offline'] };

/** `packwright depend resolve`. `misused` says what is wrong with the arguments; `image` is the value of `-R`. */
export async function runResolve(
  argv: readonly string[],
  image: string | undefined,
  host: Host,
  misused: (message: string) => ExitCode,
): Promise<ExitCode> {
  const given = getopt(argv, OPTIONS);
  if (typeof given === 'string') return misused(given);
  const output = outputOf(given, host);
  if (typeof output === 'string') return misused(output);
  const missing = given.operands.find(one => !isFile(resolve(host.cwd, one)));
  if (missing !== undefined) return misused(`the manifest ${missing} is no file`);
  const manifests = manifestsOf(given, host);
  if (typeof manifests === 'string') {
    complain(host, `depend: ${manifests}`);
    return 1;
  }
  const sources = await sourcesOf(given, image, host);
  if (typeof sources === 'string') {
    complain(host, `depend: ${sources}`);
    return 1;
  }
  try {
    return await resolved(manifests, sources, { given, output }, host);
  } finally {
    for (const { repository } of sources) repository.dispose();
  }
}

/** What is asked beyond the manifests; its module is large, and a build that asks nobody does without. */
async function sourcesOf(
  given: Arguments,
  image: string | undefined,
  host: Host,
): Promise<readonly Opened[] | string> {
  if (has(given, '-S') && !has(given, '-e') && !has(given, '--repository')) return [];
  return (await import('./sources.ts')).openSources(given, image, host);
}

function outputOf(given: Arguments, host: Host): Output | string {
  const [directory] = valuesOf(given, '-d').slice(-1);
  const [suffix] = valuesOf(given, '-s').slice(-1);
  const toScreen = has(given, '-o');
  if (toScreen && (directory !== undefined || suffix !== undefined)) return '-o cannot be used with -d or -s';
  const absolute = directory === undefined ? undefined : resolve(host.cwd, directory);
  if (absolute !== undefined && !isDirectory(absolute))
    return `the output directory ${directory} is no directory`;
  return {
    toScreen,
    echo: has(given, '-m'),
    keepNames: has(given, '-v') || has(given, '--strict-compat'),
    ...(absolute !== undefined && { directory: absolute }),
    ...(suffix !== undefined && { suffix }),
  };
}

function manifestsOf({ operands }: Arguments, host: Host): readonly Resolving[] | string {
  const manifests: Resolving[] = [];
  for (const operand of operands) {
    const path = resolve(host.cwd, operand);
    const read = textIn(path);
    const shown = shownPath(path, host.cwd);
    if (typeof read === 'string') return `the manifest ${shown} ${read}`;
    const manifest = readAuthored(read.text);
    const fmri = manifest.about.get('pkg.fmri')?.[0];
    const provider = providerOf(fmri ?? unquoted(basename(path)));
    if (typeof provider === 'string')
      return `the manifest ${shown} ${fmri === undefined ? 'has no pkg.fmri, and its name is none' : `has the package name "${fmri}"`}: ${provider}`;
    manifests.push({ path, manifest, provider, named: fmri !== undefined });
  }
  return manifests;
}

/** As in the names of manifests that `pkgrecv(1)` writes: `%2F` is a slash. */
function unquoted(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

async function resolved(
  manifests: readonly Resolving[],
  sources: readonly Opened[],
  { given, output }: { readonly given: Arguments; readonly output: Output },
  host: Host,
): Promise<ExitCode> {
  const patterns = patternsIn(valuesOf(given, '-e'), host.cwd);
  if (typeof patterns === 'string') {
    complain(host, `depend: ${patterns}`);
    return 1;
  }
  const counts = patterns
    ? (name: string, version?: string) => patterns.some(one => one.matches(name, version))
    : () => true;
  // Without an image the repositories stand in for it.
  const standsIn = !sources.some(one => one.image);
  const limited = sources.filter(one => patterns !== undefined && (one.image || standsIn));
  const asked = sources.map(one => ({ ...one, counts: limited.includes(one) ? counts : () => true }));
  const gathered = await gather(manifests, asked, host.signal);
  const unasked = unreadable(sources, host);
  const few = new Set(limited.map(one => one.name));
  const beyond = gathered.map(one => named(one, unasked, few));
  const strict = has(given, '--strict-compat');
  const answers = resolveAll(manifests, beyond, {
    verbose: has(given, '-v'),
    strict,
    skips: strict ? isSkippedByPkgdepend : () => false,
  });
  let code: ExitCode = writeResolved(manifests, answers, output, host);
  if (has(given, '-E')) await sayOutside({ manifests, answers, patterns, sources: asked }, host);
  for (const [index, { complaints }] of answers.entries()) {
    tell(complaints, shownPath(manifests[index]?.path ?? '', host.cwd), host);
    code = code === 0 ? exitCodeOf(complaints) : code;
  }
  return unasked.size > 0 ? 1 : code;
}

/** As messages name it, so that what lies in what was not asked is not taken for undelivered. */
function named(one: Beyond, unasked: ReadonlySet<string>, few: ReadonlySet<string>): Beyond {
  const asked = few.has(one.name) ? `${one.name} (what -e names of it)` : one.name;
  return {
    name: unasked.has(one.name) ? `${one.name} (which could not be read)` : asked,
    variants: one.variants,
    ...(one.passedOver && { passedOver: one.passedOver }),
    fill: (paths, distribution) => one.fill(paths, distribution),
  };
}

/** Says which repositories could not be read, and which only from an old copy; answers the names of those: what they lack is no news. */
function unreadable(sources: readonly Opened[], host: Host): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name, repository } of sources) {
    if (repository.note !== undefined) note(host, `${name}: ${repository.note}`);
    for (const { path, message } of repository.faults()) {
      complain(host, `depend: ${shownPath(path, host.cwd)}: ${message}`);
      names.add(name);
    }
  }
  return names;
}
