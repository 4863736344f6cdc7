import type { Edit } from '../../../server/src/core/model.ts';
import { type Change, changes, linesOf } from './line-changes.ts';

const CONTEXT = 3;

/** A unified diff as `patch` reads it, or nothing when the edits change nothing. `path` stands in both headers. */
export function unifiedDiff(path: string, before: string, edits: readonly Edit[]): string {
  const found = changes(before, edits);
  if (found.length === 0) return '';
  const old = linesOf(before);
  const hunks = together(found).map(hunk => hunkText(hunk, old));
  return `--- a/${path}\n+++ b/${path}\n${hunks.join('')}`;
}

/** Changes whose contexts touch stand in one hunk. */
function together(found: readonly Change[]): readonly (readonly Change[])[] {
  const hunks: Change[][] = [];
  for (const change of found) {
    const last = hunks.at(-1)?.at(-1);
    const near = last && change.oldStart - (last.oldStart + last.removed.length) <= 2 * CONTEXT;
    if (near) hunks.at(-1)?.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkText(hunk: readonly Change[], old: readonly string[]): string {
  const [first] = hunk;
  const last = hunk.at(-1);
  if (!first || !last) return '';
  const start = Math.max(0, first.oldStart - CONTEXT);
  const end = Math.min(old.length, last.oldStart + last.removed.length + CONTEXT);
  const lines: string[] = [];
  let at = start;
  for (const change of hunk) {
    for (; at < change.oldStart; at++) lines.push(marked(' ', old[at] ?? ''));
    lines.push(
      ...change.removed.map(line => marked('-', line)),
      ...change.added.map(line => marked('+', line)),
    );
    at += change.removed.length;
  }
  for (; at < end; at++) lines.push(marked(' ', old[at] ?? ''));
  const grown = hunk.reduce((sum, { removed, added }) => sum + added.length - removed.length, 0);
  const newStart = first.newStart - (first.oldStart - start);
  return `@@ -${extent(start, end - start)} +${extent(newStart, end - start + grown)} @@\n${lines.join('')}`;
}

function marked(sign: string, line: string): string {
  return line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`;
}

/** `line,count`; an empty side names the line before it. */
function extent(start: number, count: number): string {
  const line = count === 0 ? start : start + 1;
  return count === 1 ? `${line}` : `${line},${count}`;
}
