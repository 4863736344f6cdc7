import { type FoldingRange, FoldingRangeKind, FoldingRangeRequest } from 'vscode-languageserver/node';
import type { Line } from '../core/ips/lines.ts';
import type { LineIndex } from '../core/line-index.ts';
import type { Feature } from './context.ts';
import { linesOf, pathOf } from './convert.ts';
import { kindOfDocument } from './document-kind.ts';
import { linesIn } from './manifest-lines.ts';
import { answer } from './requests.ts';

/** Fewer actions of one type in a row are not worth folding. */
const RUN = 5;

/** Folds actions that continue over lines, blocks of comments, and long rows of actions of one type. */
export const folding: Feature = {
  capabilities: () => ({ foldingRangeProvider: true }),

  attach(context) {
    answer(context, FoldingRangeRequest.type, async ({ textDocument }, signal) => {
      const path = pathOf(textDocument.uri);
      if (path === undefined || kindOfDocument(path) !== 'manifest') return [];
      const manifest = await (await context.session.treeOf(path)).manifest(path);
      signal.throwIfAborted();
      if ('code' in manifest) return [];
      const lines = linesIn(manifest);
      const index = linesOf(manifest);
      return [...continuedFolds(lines, index), ...rowFolds(lines, index)];
    });
  },
};

function continuedFolds(lines: readonly Line[], index: LineIndex): FoldingRange[] {
  return lines.flatMap(line => {
    const endLine = lastLine(line, index);
    return line.kind !== 'comment' && endLine > line.line ? [{ startLine: line.line, endLine }] : [];
  });
}

/** Rows of lines of the same sort. */
function rowFolds(lines: readonly Line[], index: LineIndex): FoldingRange[] {
  const folds: FoldingRange[] = [];
  for (let start = 0; start < lines.length; ) {
    let end = start + 1;
    const sort = sortOf(lines[start]);
    while (end < lines.length && sortOf(lines[end]) === sort) end++;
    const fold = sort === undefined ? undefined : rowFold(lines.slice(start, end), sort, index);
    if (fold) folds.push(fold);
    start = end;
  }
  return folds;
}

function rowFold(row: readonly Line[], sort: string, index: LineIndex): FoldingRange | undefined {
  const [first] = row;
  const last = row.at(-1);
  if (!first || !last) return undefined;
  const startLine = first.line;
  const endLine = lastLine(last, index);
  if (endLine === startLine) return undefined;
  if (sort === 'comment') return { startLine, endLine, kind: FoldingRangeKind.Comment };
  // An action that continues folds by itself from the same line.
  return row.length >= RUN && lastLine(first, index) === startLine ? { startLine, endLine } : undefined;
}

function sortOf(line: Line | undefined): string | undefined {
  if (line?.kind === 'comment') return 'comment';
  return line?.kind === 'action' ? line.type : undefined;
}

function lastLine({ contentEnd }: Line, index: LineIndex): number {
  return index.positionAt(contentEnd).line;
}
