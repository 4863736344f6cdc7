import { closeSync, openSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { catcherOptions } from '../../../../server/src/core/catcher-options.ts';
import { catchers } from '../../../../server/src/core/catchers/index.ts';
import { parseP5m } from '../../../../server/src/core/ips/p5m.ts';
import { readAuthored } from '../../../../server/src/core/ips/pkgdepend/authored.ts';
import {
  type Generated,
  type GenerateOptions,
  type GenerateWorld,
  generate,
} from '../../../../server/src/core/ips/pkgdepend/generate.ts';
import { serviceIndex } from '../../../../server/src/core/ips/pkgdepend/smf-records.ts';
import { CatchersBeyond } from '../../../../server/src/core/ips/pkgdepend/superset.ts';
import { once } from '../../../../server/src/core/once.ts';
import { inflate } from '../../../../server/src/io/inflate.ts';
import { complain, type ExitCode, type Host, printable } from '../host.ts';
import { shownPath } from '../shown-path.ts';
import { type Arguments, getopt, has, valuesOf } from './getopt.ts';
import { PlainProtoFiles } from './proto-files.ts';
import { isDirectory, textIn } from './text-files.ts';
import { exitCodeOf, tell } from './told.ts';

const OPTIONS = {
  short: 'd:D:Ik:Mm?',
  long: ['--strict-compat', '--output-dir=', '--suffix='],
};

/** `packwright depend generate`. `misused` says what is wrong with the arguments. */
export async function runGenerate(
  argv: readonly string[],
  host: Host,
  misused: (message: string) => ExitCode,
): Promise<ExitCode> {
  const given = getopt(argv, OPTIONS);
  if (typeof given === 'string') return misused(given);
  const task = taskOf(given, host);
  return typeof task === 'string' ? misused(task) : new Run(task, host).all();
}

/** What is to be done, in absolute paths. */
interface Task {
  readonly manifests: readonly string[];
  readonly areas: readonly string[];
  readonly options: GenerateOptions;
  readonly echo: boolean;
  readonly tellUnknown: boolean;
  /** Where each manifest's output goes; absent: to standard output. */
  readonly output?: (manifest: string) => string;
}

function taskOf(given: Arguments, host: Host): Task | string {
  const [outputDirectory] = valuesOf(given, '--output-dir').slice(-1);
  const { manifests, areas: named } = operandsOf(given, outputDirectory !== undefined);
  if (manifests.length === 0) return 'generate wants a manifest';
  if (named.length > 1)
    return 'generate takes one manifest and one proto area; name more with -d, or give --output-dir for several manifests';
  const areas = [...named, ...valuesOf(given, '-d')].map(path => resolve(host.cwd, path));
  const missing = areas.find(area => !isDirectory(area));
  if (missing !== undefined) return `the proto area ${shownPath(missing, host.cwd)} is no directory`;
  if (areas.length === 0) return 'name at least one proto area with -d';
  const tokens = tokensOf(valuesOf(given, '-D'));
  if (typeof tokens === 'string') return tokens;
  const directory = outputDirectory === undefined ? undefined : resolve(host.cwd, outputDirectory);
  if (directory !== undefined && !isDirectory(directory))
    return `the output directory ${outputDirectory} is no directory`;
  const [suffix = ''] = valuesOf(given, '--suffix').slice(-1);
  if (suffix !== '' && directory === undefined) return '--suffix needs --output-dir';
  const paths = [...new Set(manifests.map(path => resolve(host.cwd, path)))];
  const output = (manifest: string) => join(directory ?? '', `${basename(manifest)}${withDot(suffix)}`);
  const clash = directory === undefined ? undefined : clashOf(paths, output);
  if (clash !== undefined) return clash;
  return {
    manifests: paths,
    areas,
    options: {
      keepInternal: has(given, '-I'),
      runPath: valuesOf(given, '-k'),
      tokens,
      strict: has(given, '--strict-compat'),
    },
    echo: has(given, '-m'),
    tellUnknown: has(given, '-M'),
    ...(directory !== undefined && { output }),
  };
}

/** Two manifests with one output, or one whose output would take its own place. */
function clashOf(manifests: readonly string[], output: (manifest: string) => string): string | undefined {
  const from = new Map<string, string>(manifests.map(path => [path, path]));
  for (const path of manifests) {
    const place = output(path);
    const other = from.get(place);
    if (other === path && place === path)
      return `${path} would be written over; give another --output-dir, or a --suffix`;
    if (other !== undefined)
      return `${other} and ${path} would both be ${place}; write them to different directories`;
    from.set(place, path);
  }
  return undefined;
}

function operandsOf(
  { operands }: Arguments,
  several: boolean,
): { readonly manifests: readonly string[]; readonly areas: readonly string[] } {
  if (several) return { manifests: operands, areas: [] };
  return { manifests: operands.slice(0, 1), areas: operands.slice(1) };
}

function withDot(suffix: string): string {
  return suffix === '' || suffix.startsWith('.') ? suffix : `.${suffix}`;
}

function tokensOf(values: readonly string[]): ReadonlyMap<string, readonly string[]> | string {
  const tokens = new Map<string, readonly string[]>();
  for (const value of values) {
    const equals = value.indexOf('=');
    if (equals < 1) return `-D ${value} is not of the form NAME=VALUE`;
    const name = value.startsWith('$') ? value.slice(0, equals) : `$${value.slice(0, equals)}`;
    if (name === '$ORIGIN') return 'ORIGIN may not be given with -D: it follows from the paths of the files';
    tokens.set(name, [...(tokens.get(name) ?? []), value.slice(equals + 1)]);
  }
  return tokens;
}

class Run {
  readonly #task: Task;
  readonly #host: Host;
  readonly #world: Omit<GenerateWorld, 'beyond'>;

  constructor(task: Task, host: Host) {
    this.#task = task;
    this.#host = host;
    const proto = new PlainProtoFiles(task.areas);
    this.#world = { proto, services: once(() => serviceIndex(proto.serviceManifests())) };
  }

  async all(): Promise<ExitCode> {
    let worst: ExitCode = 0;
    for (const manifest of this.#task.manifests) {
      if (this.#host.signal.aborted) return 2;
      const code = await this.#one(manifest);
      if (code > worst) worst = code;
    }
    return worst;
  }

  async #one(path: string): Promise<ExitCode> {
    const { options } = this.#task;
    const shown = shownPath(path, this.#host.cwd);
    const read = textIn(path);
    if (typeof read === 'string') {
      complain(this.#host, `depend: the manifest ${shown} ${read}`);
      return 2;
    }
    const manifest = readAuthored(read.text);
    const beyond = () => beyondOf(read.text, path);
    const generated = generate(manifest, options, options.strict ? this.#world : { ...this.#world, beyond });
    const unwritten = await this.#write(path, read.text, generated);
    if (this.#task.tellUnknown) this.#tellUnknown(generated);
    tell(generated.complaints, shown, this.#host);
    return unwritten ? 1 : exitCodeOf(generated.complaints);
  }

  async #write(path: string, text: string, { lines, aborted }: Generated): Promise<boolean> {
    const echoed = this.#task.echo && !aborted ? echoOf(text) : [];
    const all = echoed.length > 0 ? [...echoed, ...lines] : lines;
    if (!this.#task.output) {
      await this.#print(all);
      return false;
    }
    const place = this.#task.output(path);
    try {
      writeInPieces(place, all);
      return false;
    } catch (error) {
      complain(this.#host, `depend: ${place} cannot be written (${(error as NodeJS.ErrnoException).code})`);
      return true;
    }
  }

  async #print(lines: readonly string[]): Promise<void> {
    const { out } = this.#host;
    for (const piece of piecesOf(lines)) {
      out.write(piece);
      await out.drained?.();
    }
  }

  #tellUnknown({ unknown }: Generated): void {
    for (const [kind, path] of unknown)
      this.#host.err.write(
        `${printable(`nothing is known of this kind of file: ${kind}, such as ${path}`)}\n`,
      );
  }
}

/** Lines with their ends, many at once: what is written of a large package is many times its manifest. */
function* piecesOf(lines: readonly string[]): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

const PIECE = 65_536;

function writeInPieces(path: string, lines: readonly string[]): void {
  const descriptor = openSync(path, 'w');
  try {
    for (const piece of piecesOf(lines)) writeFileSync(descriptor, piece);
  } finally {
    closeSync(descriptor);
  }
}

/** The manifest's lines without blanks at their ends. */
function echoOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map(line => line.trimEnd());
}

const NOT_SET = { users: [], groups: [], compressed: [], inflate };

function beyondOf(text: string, path: string): CatchersBeyond {
  const usual = catchers.filter(one => one.default !== 'off' && !one.hintsOnly);
  return new CatchersBeyond(
    parseP5m(text, { path, macros: {}, fragment: true, unjudged: true }),
    usual.filter(one => one.looksAt === 'payload'),
    usual.filter(one => one.looksAt === 'manifest'),
    { ...catcherOptions(NOT_SET), hints: false },
  );
}
