import type { Manifest, Span } from '../model.ts';
import { readLines } from './line-reader.ts';
import type { Action, Line } from './lines.ts';

/** The lines of a parsed manifest. */
export function linesOf(manifest: Manifest): readonly Line[] {
  if ('lines' in manifest) return manifest.lines as readonly Line[];
  return readLines(manifest.text).lines;
}

/** The line that holds an offset; at the end of the text the last one. */
export function lineAt(lines: readonly Line[], offset: number): Line | undefined {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return lines[low];
}

/** The action that covers an offset, as written. */
export function actionAt(lines: readonly Line[], offset: number): Action | undefined {
  const line = lineAt(lines, offset);
  return line?.kind === 'action' ? line : undefined;
}

/** The line end that a text uses: that of its first line; LF when it has none. */
export function lineEndOf(text: string): string {
  const feed = text.indexOf('\n');
  return feed > 0 && text.charCodeAt(feed - 1) === 13 ? '\r\n' : '\n';
}

/**
 * Where lines can be put behind `line`, and what must stand before them.
 * A backslash that would swallow them is taken out, a missing line end put in.
 */
export function behind(text: string, line: Line): { readonly span: Span; readonly before: string } {
  const tail = text.slice(line.contentEnd, line.end);
  const eol = lineEndOf(text);
  if (tail.includes('\\')) return { span: { start: line.contentEnd, end: line.end }, before: eol };
  const ended = /[\r\n]$/.test(tail);
  return { span: { start: line.end, end: line.end }, before: ended ? '' : eol };
}
