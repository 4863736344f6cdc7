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
  const blocks = new Blocks(text.split(/\r\n|\r|\n/), behind);
  const end = behind && LEAVES_MODULE.test(text) ? blocks.end() : Number.POSITIVE_INFINITY;
  return imports.filter(({ at }) => at.line <= end && !blocks.isUnreachable(at.line));
}

const MAY_SKIP = /(?:if|while)[\s(]+(?:False|0|None|""|'')/;
const MAY_DROP = /(?:if|while|assert)[\s(]+(?:False|0|None|""|'')|return|raise|break|continue/;
const NEVER = /^\s*(?:if|while)\s*\(?\s*(?:False|0|None|""|'')\s*\)?\s*:/;
/** Statements behind which nothing of their block is reached. */
const LEAVES = /^\s*(?:(?:return|raise|break|continue)\b|assert\s+(?:False|0|None)\b)/;
const LEAVES_MODULE = /^(?:raise\b|assert\s+(?:False|0|None)\b)/m;
/** No block is longer (lines). */
const LONGEST = 10_000;
/** More lines are looked at for no file: what is left counts as reached. */
const MOST_LOOKED_AT = 2_000_000;

/** The lines of a file, as blocks by their indentation. */
class Blocks {
  readonly #lines: readonly string[];
  readonly #behind: boolean;
  #looked = 0;

  constructor(lines: readonly string[], behind: boolean) {
    this.#lines = lines;
    this.#behind = behind;
  }

  /** The first line that leaves the module. */
  end(): number {
    let isInText = false;
    for (const [line, text] of this.#lines.entries()) {
      if (!isInText && LEAVES_MODULE.test(text)) return line;
      if (opensText(text)) isInText = !isInText;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Looks at the lines that open the blocks around a line, and at those before it in each block. */
  isUnreachable(at: number): boolean {
    const own = this.#lines[at] ?? '';
    if (NEVER.test(own)) return true;
    let least = indentOf(own);
    for (const text of least > 0 ? this.#above(at) : []) {
      const indent = indentOf(text);
      if (this.#behind && indent === least && LEAVES.test(text)) return true;
      if (indent >= least) continue;
      if (NEVER.test(text)) return true;
      if (indent === 0) return false;
      least = indent;
    }
    return false;
  }

  /** The lines above one, upwards, without blank ones, comments, and the inside of long texts. */
  *#above(at: number): Generator<string> {
    let isInText = false;
    for (let line = at - 1; line >= Math.max(0, at - LONGEST); line--) {
      if (this.#looked++ > MOST_LOOKED_AT) return;
      const text = this.#lines[line] ?? '';
      if (opensText(text)) isInText = !isInText;
      if (!isInText && !/^\s*(?:#|$)/.test(text)) yield text;
    }
  }
}

/** Whether a text in three quotes begins on a line and goes on, or ends that began before. */
function opensText(line: string): boolean {
  return (line.includes('"""') || line.includes("'''")) && line.split(/"""|'''/).length % 2 === 0;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
