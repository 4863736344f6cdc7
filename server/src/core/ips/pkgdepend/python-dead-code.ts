import type { PythonImport } from '../../formats/python.ts';

/**
 * Without the imports that the compiler drops, because they stand in `if False:`, `if 0:` or `while 0:`; with `behind`
 * also those in a block behind what always leaves it, where a text that looks like code is taken for it.
 */
export function withoutUnreachable(
  imports: readonly PythonImport[],
  bytes: Uint8Array,
  behind: boolean,
): readonly PythonImport[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  if (!(behind ? MAY_DROP : MAY_SKIP).test(text)) return imports;
  const lines = text.split(/\r\n|\r|\n/);
  return imports.filter(one => !isUnreachable(lines, one.at.line, behind));
}

const MAY_SKIP = /(?:if|while)[\s(]+(?:False|0|None|""|'')/;
const MAY_DROP = /(?:if|while|assert)[\s(]+(?:False|0|None|""|'')|return|raise|break|continue/;
const NEVER = /^\s*(?:if|while)\s*\(?\s*(?:False|0|None|""|'')\s*\)?\s*:/;
/** Statements behind which nothing of their block is reached. */
const LEAVES = /^\s*(?:(?:return|raise|break|continue)\b|assert\s+(?:False|0|None)\b)/;
/** No block is longer (lines). */
const LONGEST = 10_000;

/** Looks at the lines that open the blocks around a line, and at those before it in each block. */
function isUnreachable(lines: readonly string[], at: number, behind: boolean): boolean {
  if (NEVER.test(lines[at] ?? '')) return true;
  let least = indentOf(lines[at] ?? '');
  for (const text of codeAbove(lines, at)) {
    const indent = indentOf(text);
    if (behind && indent === least && LEAVES.test(text)) return true;
    if (indent >= least) continue;
    if (NEVER.test(text)) return true;
    least = indent;
  }
  return false;
}

/** The lines above one, upwards, without blank ones, comments, and the inside of long texts. */
function* codeAbove(lines: readonly string[], at: number): Generator<string> {
  let isInText = false;
  for (let line = at - 1; line >= Math.max(0, at - LONGEST); line--) {
    const text = lines[line] ?? '';
    if (text.split(/"""|'''/).length % 2 === 0) isInText = !isInText;
    if (!isInText && !/^\s*(?:#|$)/.test(text)) yield text;
  }
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
