import type { ReadOptions } from '../dialect.ts';
import type { Manifest, PackageId } from '../model.ts';
import { assemble } from './assemble.ts';
import type { Origin } from './delivery-facts.ts';
import { type EditedWindow, editedWindow } from './edited-window.ts';
import type { Line } from './lines.ts';
import { type Macros, macrosOf } from './macros.ts';
import { isSameFacts, type PackageAttribute, type PackageFacts, packageFacts } from './package-facts.ts';
import { isDirective, type Piece, type Pieces, readPieces } from './pieces.ts';
import { PathCounts } from './rules/path-counts.ts';
import { TagReader } from './tags.ts';
import { type Told, tell } from './telling.ts';

/** A parsed IPS manifest: what it says, and its text as lines that tile it. */
export interface P5m extends Manifest {
  readonly dialect: 'ips';
  readonly lines: readonly Line[];
}

/** How to read a manifest of IPS. */
export interface P5mOptions extends ReadOptions {
  /** Whether it is a piece of manifests; by default `*.mog` and `*.inc` are. */
  readonly fragment?: boolean;
  /** Nothing is said of what is wrong with its lines: for who only asks what it delivers and needs. */
  readonly unjudged?: boolean;
}

/**
 * Parses a manifest, `pkg(7)`, with the macros and directives of `pkgmogrify(1)`. Accepts every text.
 *
 * Of an edited text only the lines that changed are read: the answer is the same, several times as fast.
 */
export function parseP5m(text: string, options: P5mOptions): P5m {
  const { path } = options;
  const fragment = options.fragment ?? /\.(?:mog|inc)$/.test(path);
  const macros = macrosOf(options.macros);
  const known = options.previous && readings.get(options.previous);
  const usable = known?.path === path && known.fragment === fragment && known.macros === macros;
  const before = usable ? known : undefined;
  const change = before && changeOf(before, text);
  const read = change?.read ?? readPieces(text, { macros, fragment, unjudged: options.unjudged });
  const facts = factsOf(read.pieces, before?.origin.facts);
  const same = facts === before?.origin.facts;
  const origin = same ? before.origin : { file: path, package: facts.id ?? nameOf(path), facts };
  const tags = same ? before.tags : new TagReader(facts.variants);
  const toldOf = ({ action }: Piece) => tell(action, tags, origin);
  const told =
    same && change ? spliced(before.told, change, change.fresh.map(toldOf)) : read.pieces.map(toldOf);
  const delivered = options.previous?.deliveries ?? [];
  const { pieces, apart } = read;
  const counts = before && change && countsOf(before, change);
  const areApart = counts?.areApart;
  const manifest = assemble({ text, pieces, told, facts, tags, fragment, delivered, areApart });
  if (apart) readings.set(manifest, { path, fragment, macros, text, ...read, told, origin, tags, counts });
  return manifest;
}

/** What reading an edited text takes over. */
interface Reading extends Pieces {
  readonly path: string;
  readonly fragment: boolean;
  readonly macros: Macros;
  readonly text: string;
  readonly told: readonly Told[];
  readonly origin: Origin;
  readonly tags: TagReader;
  /** From the first edit on; the next edit takes them over. */
  counts: PathCounts | undefined;
}

const readings = new WeakMap<Manifest, Reading>();

/** Pieces from `from` up to `to` are replaced by others. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly fresh: readonly Piece[];
  readonly read: Pieces;
}

/** What an edit changed; `undefined` where the text must be read anew. */
function changeOf(before: Reading, text: string): Change | undefined {
  const window = editedWindow(before.text, text, before.pieces);
  if (!window) return undefined;
  const { macros, fragment, mayBeAdded } = before;
  const read = readPieces(window.text, { macros, fragment, mayBeAdded });
  const { pieces } = read;
  const ahead = pieces.findIndex(one => one.line.start >= window.end);
  const end = ahead < 0 ? window.text.length : pieces[ahead]?.line.start;
  const fresh = ahead < 0 ? pieces : pieces.slice(0, ahead);
  const whole = end === window.end && read.apart && !fresh.some(one => isDirective(one.line));
  if (!whole) return undefined;
  const change = narrowed(before, window, fresh);
  const all = spliced(before.pieces, change, change.fresh);
  return { ...change, read: { pieces: all, mayBeAdded, apart: true } };
}

/** Without the lines at both ends of a window that are as they were: what was told of them stays. */
function narrowed(
  { pieces, text }: Reading,
  window: EditedWindow,
  fresh: readonly Piece[],
): Omit<Change, 'read'> {
  const same = (before: Piece, after: Piece, at: number): boolean =>
    before.height === after.height &&
    before.faults.length === after.faults.length &&
    text.slice(at, at + lengthOf(before)) === window.text.slice(after.line.start, after.line.end);
  let { from, to, begin, oldEnd } = window;
  let first = 0;
  let end = fresh.length;
  for (; from < to && first < end; begin += lengthOf(pieces[from++] as Piece)) {
    if (!same(pieces[from] as Piece, fresh[first] as Piece, begin)) break;
    first++;
  }
  for (; from < to && first < end; to--, end--) {
    const before = pieces[to - 1] as Piece;
    oldEnd -= lengthOf(before);
    if (!same(before, fresh[end - 1] as Piece, oldEnd)) break;
  }
  return { from, to, fresh: fresh.slice(first, end) };
}

function lengthOf({ line }: Piece): number {
  return line.end - line.start;
}

/** How often each path is there after an edit. */
function countsOf(before: Reading, { from, to, fresh, read }: Change): PathCounts {
  const { counts, pieces } = before;
  before.counts = undefined;
  if (counts) for (const { action } of pieces.slice(from, to)) if (action) counts.remove(action);
  const known = counts ?? new PathCounts();
  for (const { action } of counts ? fresh : read.pieces) if (action) known.add(action);
  return known;
}

function spliced<T>(
  all: readonly T[],
  { from, to }: { readonly from: number; readonly to: number },
  fresh: readonly T[],
): readonly T[] {
  return [...all.slice(0, from), ...fresh, ...all.slice(to)];
}

/** What the `set` actions say; `known` where it is the same. */
function factsOf(pieces: readonly Piece[], known: PackageFacts | undefined): PackageFacts {
  const attributes: PackageAttribute[] = [];
  for (const { attribute } of pieces) if (attribute) attributes.push(attribute);
  const facts = packageFacts(attributes);
  return known && isSameFacts(known, facts) ? known : facts;
}

/** The unquoted name of the manifest's file stands in for a package that has none (`pkgdepend(1)`). */
function nameOf(path: string): PackageId {
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:p5m|mog|inc)$/, '');
  return {
    name: base.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    ),
  };
}
