import type {
  ActionEntry,
  Delivery,
  Dependency,
  FileDependency,
  FileEntry,
  Span,
  SyntaxFault,
} from '../model.ts';
import type { Action, Attribute, Line, Word } from './lines.ts';
import { movedEntry, movedFile } from './moved-entry.ts';

/** How far something moved since it was read: by so many UTF-16 units and physical lines. */
export interface Move {
  readonly by: number;
  readonly lines: number;
}

/** A line where it stands now. */
export function placedLine(line: Line, move: Move): Line {
  if (isNone(move)) return line;
  if (line.kind === 'action') return placedAction(line, move);
  const base = placedBase(line, move);
  if (line.kind === 'include') return { ...line, ...base, fileStart: line.fileStart + move.by };
  if (line.kind === 'unknown') return { ...line, ...base, wordStart: line.wordStart + move.by };
  return { ...line, ...base };
}

/** An action where it stands now. */
export function placedAction(action: Action, move: Move): Action {
  if (isNone(move)) return action;
  return {
    ...action,
    ...placedBase(action, move),
    typeStart: action.typeStart + move.by,
    payload: action.payload && placedWord(action.payload, move),
    attributes: action.attributes.map(one => placedAttribute(one, move)),
    bare: action.bare.map(one => placedWord(one, move)),
  };
}

/** A file where its action stands now. */
export function placedFile(file: FileEntry, { by }: Move): FileEntry {
  return by === 0 ? file : movedFile(file, by);
}

/** A directory or link where its action stands now. */
export function placedEntry(entry: ActionEntry, { by }: Move): ActionEntry {
  return by === 0 ? entry : movedEntry(entry, by);
}

/** A dependency on files where its action stands now. */
export function placedOnFiles(dependency: FileDependency, { by }: Move): FileDependency {
  const { span } = dependency;
  return by === 0 || !span ? dependency : { ...dependency, span: placedSpan(span, by) };
}

/** A delivery where its action stands now. */
export function placedDelivery(delivery: Delivery, { lines }: Move): Delivery {
  const { origin } = delivery;
  if (lines === 0 || !origin) return delivery;
  return { ...delivery, origin: { ...origin, line: origin.line + lines } };
}

/** A dependency where its action stands now. */
export function placedDependency(dependency: Dependency, { by }: Move): Dependency {
  const { spans, line } = dependency;
  if (by === 0) return dependency;
  return {
    ...dependency,
    ...(spans && { spans: spans.map(one => placedSpan(one, by)) }),
    ...(line && { line: placedSpan(line, by) }),
  };
}

/** A fault where its line stands now. */
export function placedFault(fault: SyntaxFault, { by }: Move): SyntaxFault {
  if (by === 0) return fault;
  const { span, fix } = fault;
  const edits = fix?.edits.map(one => ({ ...one, span: placedSpan(one.span, by) }));
  return { ...fault, span: placedSpan(span, by), ...(fix && edits && { fix: { ...fix, edits } }) };
}

function isNone({ by, lines }: Move): boolean {
  return by === 0 && lines === 0;
}

function placedBase({ start, end, line, contentEnd }: Line, { by, lines }: Move) {
  return { start: start + by, end: end + by, line: line + lines, contentEnd: contentEnd + by };
}

function placedWord(word: Word, { by }: Move): Word {
  return { ...word, start: word.start + by, end: word.end + by };
}

function placedAttribute(attribute: Attribute, { by }: Move): Attribute {
  const { start, end, valueStart } = attribute;
  return { ...attribute, start: start + by, end: end + by, valueStart: valueStart + by };
}

function placedSpan({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}
