import { applyEdits } from '../../../server/src/core/edits.ts';
import type { Edit } from '../../../server/src/core/model.ts';

/** Lines of the old text, with their line ends, replaced by lines of the new one. */
export interface Change {
  /** Zero-based line in the old text and in the new one. */
  readonly oldStart: number;
  readonly newStart: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** What edits do to the lines of a text, in order; lines that stay as they are left out. */
export function changes(text: string, edits: readonly Edit[]): readonly Change[] {
  const found: Change[] = [];
  let grown = 0;
  for (const { start, end, within } of regions(text, edits)) {
    const moved = within.map(edit => ({
      text: edit.text,
      span: { start: edit.span.start - start, end: edit.span.end - start },
    }));
    const before = linesOf(text.slice(start, end));
    const after = linesOf(applyEdits(text.slice(start, end), moved));
    const { head, tail } = equalEnds(before, after);
    const removed = before.slice(head, before.length - tail);
    const added = after.slice(head, after.length - tail);
    if (removed.length + added.length === 0) continue;
    const oldStart = linesOf(text.slice(0, start)).length + head;
    found.push({ oldStart, newStart: oldStart + grown, removed, added });
    grown += added.length - removed.length;
  }
  return found;
}

/** Lines with their line ends, so that a changed or missing line end is a change too. */
export function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/).filter(line => line !== '');
}

/** Whole lines that edits touch. */
interface Region {
  readonly start: number;
  readonly end: number;
  readonly within: readonly Edit[];
}

function regions(text: string, edits: readonly Edit[]): readonly Region[] {
  const found: { start: number; end: number; within: Edit[] }[] = [];
  for (const edit of edits.toSorted((a, b) => a.span.start - b.span.start)) {
    const start = edit.span.start === 0 ? 0 : text.lastIndexOf('\n', edit.span.start - 1) + 1;
    const newline = text.indexOf('\n', edit.span.end);
    const end = newline < 0 ? text.length : newline + 1;
    const last = found.at(-1);
    if (last && start < last.end) {
      last.end = Math.max(last.end, end);
      last.within.push(edit);
    } else found.push({ start, end, within: [edit] });
  }
  return found;
}

function equalEnds(
  a: readonly string[],
  b: readonly string[],
): { readonly head: number; readonly tail: number } {
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return { head, tail };
}
