import type { Range } from '../model.ts';

/** A page that another page is, or includes: a `.so` request. */
export interface SoRequest {
  /** As written: `man3/open.3`. */
  readonly target: string;
  readonly line: string;
  readonly at: Range;
}

/** The `.so` requests at line starts of a manual page, `man(7)`; targets that depend on strings are left out. */
export function readSo(text: string): readonly SoRequest[] {
  const found: SoRequest[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const { before, quote, target } = SO.exec(line)?.groups ?? {};
    if (before === undefined || target === undefined) continue;
    const column = before.length + quote!.length;
    found.push({
      target,
      line,
      at: { line: index, column, endLine: index, endColumn: column + target.length },
    });
    if (found.length === MOST) break;
  }
  return found;
}

const MOST = 100;
/** No control characters, and no backslash, with which strings and registers begin. */
const SO = /^(?<before>[.'][ \t]*so[ \t]+)(?<quote>"?)(?<target>[^\s"\\\0-\x1f\x7f]+)(?![^\s"])/;
