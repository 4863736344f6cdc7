import type { PythonImport } from '../../formats/python.ts';

/** Without the imports that the compiler drops, because they stand in `if False:`, `if 0:` or `while 0:`. */
export function withoutUnreachable(
  imports: readonly PythonImport[],
  bytes: Uint8Array,
): readonly PythonImport[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  if (!/(?:if|while)[\s(]+(?:False|0|None|""|'')/.test(text)) return imports;
  const lines = text.split(/\r\n|\r|\n/);
  return imports.filter(one => !isUnreachable(lines, one.at.line));
}

const NEVER = /^\s*(?:if|while)\s*\(?\s*(?:False|0|None|""|'')\s*\)?\s*:/;
/** No block is longer (lines). */
const LONGEST = 10_000;

/** Looks at the lines that open the blocks around a line. */
function isUnreachable(lines: readonly string[], at: number): boolean {
  if (NEVER.test(lines[at] ?? '')) return true;
  let least = indentOf(lines[at] ?? '');
  for (let line = at - 1; line >= Math.max(0, at - LONGEST) && least > 0; line--) {
    const text = lines[line] ?? '';
    if (/^\s*(?:#|$)/.test(text)) continue;
    const indent = indentOf(text);
    if (indent >= least) continue;
    if (NEVER.test(text)) return true;
    least = indent;
  }
  return false;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
