import type { SyntaxFault } from '../model.ts';
import { readLines } from './line-reader.ts';
import type { Action, Include, Line, Transform } from './lines.ts';
import { expandAction, type Macros } from './macros.ts';
import { type PackageAttribute, packageAttribute } from './package-facts.ts';
import { lineFaults, MOST_FAULTS } from './rules/index.ts';

/**
 * All that one logical line says by itself. Its offsets and line numbers are those of the text that it was
 * read from: where it stands in a later text is told by what stands before it.
 */
export interface Piece {
  readonly line: Line;
  /** Number of its physical lines. */
  readonly height: number;
  /** Macros expanded; absent where it is no action, or one that a macro comments out. */
  readonly action: Action | undefined;
  /** Of `set` actions. */
  readonly attribute: PackageAttribute | undefined;
  readonly faults: readonly SyntaxFault[];
}

/** Whether a transform of the manifest speaks of an attribute, or an included file may. */
export type MayBeAdded = (key: string) => boolean;

/** What lines are read with. */
export interface PieceOptions {
  readonly macros: Macros;
  readonly fragment: boolean;
  /** Absent: what the directives of this text say. */
  readonly mayBeAdded?: MayBeAdded;
  /** No faults are looked for; then nothing is taken over by the next reading. */
  readonly unjudged?: boolean | undefined;
}

/** The pieces of a text. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly mayBeAdded: MayBeAdded;
  /** False where a line cannot be read alone: for unusual line ends, or faults too many to be told. */
  readonly apart: boolean;
}

/** Reads every line of a text by itself. */
export function readPieces(text: string, options: PieceOptions): Pieces {
  const { macros, fragment } = options;
  const { lines, flaws } = readLines(text);
  const directives = lines.filter(isDirective);
  const mayBeAdded = options.mayBeAdded ?? additionsBy(directives, text);
  const pieces: OpenPiece[] = [];
  const actions: Action[] = [];
  const attributes: PackageAttribute[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as Line;
    const action = line.kind === 'action' ? expandAction(line, macros) : undefined;
    const attribute = action?.type === 'set' ? packageAttribute(action) : undefined;
    if (action) actions.push(action);
    if (attribute) attributes.push(attribute);
    const height = (lines[index + 1]?.line ?? line.line + 1) - line.line;
    pieces.push({ line, height, action, attribute, faults: NONE });
  }
  if (options.unjudged) return { pieces, mayBeAdded, apart: false };
  const faults = lineFaults({ text, flaws, directives, actions, attributes, fragment, mayBeAdded });
  share(faults, pieces);
  const usual = !flaws.some(one => one.kind === 'line-separator' || one.kind === 'byte-order-mark');
  return { pieces, mayBeAdded, apart: faults.length < MOST_FAULTS && usual && !text.includes('\r') };
}

/** Whether a line tells the build to change others. */
export function isDirective(line: Line): line is Include | Transform {
  return line.kind === 'include' || line.kind === 'transform';
}

/** A piece whose faults are not known yet. */
type OpenPiece = Omit<Piece, 'faults'> & { faults: readonly SyntaxFault[] };

const NONE: readonly SyntaxFault[] = [];

/** Gives each piece its faults. */
function share(faults: readonly SyntaxFault[], pieces: readonly OpenPiece[]): void {
  let index = 0;
  for (const fault of faults) {
    while (index < pieces.length - 1 && (pieces[index] as Piece).line.end <= fault.span.start) index++;
    const piece = pieces[index] as OpenPiece;
    piece.faults = [...piece.faults, fault];
  }
}

/** Remembers its answers: thousands of actions may ask the same of thousands of transforms. */
function additionsBy(directives: readonly (Include | Transform)[], text: string): MayBeAdded {
  const includes = directives.some(line => line.kind === 'include');
  const transforms = directives.map(line => text.slice(line.start, line.contentEnd));
  const known = new Map<string, boolean>();
  return key => {
    let answer = known.get(key);
    if (answer === undefined) {
      answer = includes || transforms.some(one => one.includes(key));
      known.set(key, answer);
    }
    return answer;
  };
}
