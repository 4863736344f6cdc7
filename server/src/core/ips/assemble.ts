import type { ActionEntry, Delivery, Dependency, FileDependency, FileEntry, SyntaxFault } from '../model.ts';
import { once } from '../once.ts';
import type { Action, Line } from './lines.ts';
import type { P5m } from './p5m.ts';
import { type PackageAttribute, type PackageFacts, packageAttribute } from './package-facts.ts';
import { isDirective, type Piece } from './pieces.ts';
import {
  type Move,
  placedAction,
  placedDelivery,
  placedDependency,
  placedEntry,
  placedFault,
  placedFile,
  placedLine,
  placedOnFiles,
} from './placing.ts';
import { inOrder, MOST_FAULTS, packageFaults } from './rules/index.ts';
import type { TagReader } from './tags.ts';
import type { Told } from './telling.ts';

/** All that a manifest is made of. */
export interface Parts {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** For each piece. */
  readonly told: readonly Told[];
  readonly facts: PackageFacts;
  readonly tags: TagReader;
  readonly fragment: boolean;
  /** What was delivered before an edit: where nothing differs it is the same list again. */
  readonly delivered: readonly Delivery[];
  /** Whether each path is delivered once, where that is known. */
  readonly areApart: boolean | undefined;
}

/** Puts a manifest together: everything where it stands in the text. */
export function assemble(parts: Parts): P5m {
  const { text, facts, fragment } = parts;
  const files: FileEntry[] = [];
  const others: ActionEntry[] = [];
  const deliveries: Delivery[] = [];
  const dependencies: Dependency[] = [];
  const fileDependencies: FileDependency[] = [];
  const faults: SyntaxFault[] = [];
  walk(parts.pieces, (piece, move, index) => {
    for (const fault of piece.faults) faults.push(placedFault(fault, move));
    const { file, other, delivery, dependency, onFiles, names } = parts.told[index] as Told;
    if (file) files.push(placedFile(file, move));
    if (other) others.push(placedEntry(other, move));
    for (const name of names ?? []) deliveries.push(placedDelivery(name, move));
    if (delivery) deliveries.push(placedDelivery(delivery, move));
    if (dependency) dependencies.push(placedDependency(dependency, move));
    if (onFiles) fileDependencies.push(placedOnFiles(onFiles, move));
  });
  if (!fragment) for (const fault of asPackage(parts)) faults.push(fault);
  const lines = once(() => linesOf(parts.pieces));
  return {
    dialect: 'ips',
    text,
    get lines() {
      return lines();
    },
    ...(facts.id && { id: facts.id }),
    state: facts.state,
    fragment,
    variants: facts.variants,
    files,
    others,
    deliveries: isSame(deliveries, parts.delivered) ? parts.delivered : deliveries,
    dependencies,
    fileDependencies,
    faults: inOrder(faults.slice(0, MOST_FAULTS)),
  };
}

function isSame<T>(now: readonly T[], before: readonly T[]): boolean {
  return now.length === before.length && now.every((one, at) => one === before[at]);
}

/** Goes over the pieces and tells how far each was moved since it was read. */
function walk(pieces: readonly Piece[], each: (piece: Piece, move: Move, index: number) => void): void {
  let at = 0;
  let row = 0;
  let move: Move = { by: 0, lines: 0 };
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index] as Piece;
    const { start, end, line } = piece.line;
    if (move.by !== at - start || move.lines !== row - line) move = { by: at - start, lines: row - line };
    each(piece, move, index);
    at += end - start;
    row += piece.height;
  }
}

function linesOf(pieces: readonly Piece[]): readonly Line[] {
  const lines: Line[] = [];
  walk(pieces, (piece, move) => lines.push(placedLine(piece.line, move)));
  return lines;
}

/** What is wrong with the package as a whole. Only where there is something, its place matters. */
function asPackage({ pieces, facts, tags, areApart }: Parts): readonly SyntaxFault[] {
  const directed = pieces.some(one => isDirective(one.line));
  const actions: Action[] = [];
  const attributes: PackageAttribute[] = [];
  for (const { action, attribute } of pieces) {
    if (action) actions.push(action);
    if (attribute) attributes.push(attribute);
  }
  const faults = packageFaults({ directed, actions, attributes, facts, tags, areApart });
  if (faults.length === 0) return faults;
  const placed: Action[] = [];
  walk(pieces, ({ action }, move) => {
    if (action) placed.push(placedAction(action, move));
  });
  const named = placed.map(one => (one.type === 'set' ? packageAttribute(one) : undefined));
  return packageFaults({
    directed,
    actions: placed,
    attributes: named.filter(one => one !== undefined),
    facts,
    tags,
    areApart,
  });
}
