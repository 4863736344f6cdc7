/** How much of a line tells what stands at its end (UTF-16 units). */
const NEAR = 80;

/** The lines of a file; those that are no code are empty. */
export function codeOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (/^__(?:END|DATA)__\s*$/.test(line)) return lines.slice(0, at);
    if (/^=[a-zA-Z]/.test(line)) at = emptyTo(lines, at, one => one.startsWith('=cut'));
    else {
      lines[at] = withoutComment(line);
      const ends = hereDocuments(lines[at]!);
      for (const end of ends) at = emptyTo(lines, at + 1, one => end.test(one));
      if (ends.length === 0) at = afterString(lines, at);
    }
  }
  return lines;
}

/** Empties lines up to the first that ends what they are, that one included; answers its index. */
function emptyTo(lines: string[], from: number, isEnd: (line: string) => boolean): number {
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!;
    lines[at] = '';
    if (isEnd(line)) return at;
  }
  return lines.length;
}

/** A string that begins at the very end of a line, behind what only a value can follow. */
const OPENED =
  /(?:\s=|\b(?:print|return|die|warn))\s+(["'])$|(?:[=(,]|\b(?:print|return|die|warn))\s*\bqq?\s*([{([])$/;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };
/** A string of more lines is taken for something else. */
const MOST_STRING_LINES = 300;
/** Nor does it go on in a line that nobody wrote by hand (UTF-16 units). */
const LONGEST = 2000;

/** Empties the lines of a string that goes on over them; answers the line before the one that it ends in. */
function afterString(lines: string[], at: number): number {
  const [, quote, bracket = ''] = OPENED.exec(lines[at]!.slice(-NEAR)) ?? [];
  const close = quote ?? CLOSING[bracket];
  if (close === undefined) return at;
  const most = Math.min(lines.length, at + MOST_STRING_LINES);
  for (let below = at + 1, depth = 1; below < most && lines[below]!.length < LONGEST; below++) {
    const { end, left } = closingIn(lines[below]!, close, bracket, depth);
    depth = left;
    if (end < 0) continue;
    lines.fill('', at + 1, below);
    lines[below] = ' '.repeat(end) + lines[below]!.slice(end);
    return below - 1;
  }
  return at;
}

/** Where a line closes what is open `depth` deep, or -1 and how deep it is left. */
function closingIn(line: string, close: string, open: string, depth: number): { end: number; left: number } {
  let left = depth;
  for (let index = 0; index < line.length; index++) {
    const char = line[index];
    if (char === '\\') index++;
    else if (char === open) left++;
    else if (char === close && --left === 0) return { end: index, left };
  }
  return { end: -1, left };
}

function withoutComment(line: string): string {
  if (!line.includes('#')) return line;
  const comment = /(?:^|\s)#/g;
  for (let match = comment.exec(line); match; match = comment.exec(line)) {
    const before = line.slice(0, match.index);
    if (count(before, '"') % 2 === 0 && count(before, "'") % 2 === 0) return before;
  }
  return line;
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

/** What ends each of the here documents that a line begins, in their order. */
function hereDocuments(line: string): readonly RegExp[] {
  if (!line.includes('<<')) return [];
  return [...line.matchAll(HERE)].flatMap(match => {
    const word = match[2] ?? match[3] ?? match[4];
    // A shift by a constant is no here document.
    if (word === undefined || isShifted(match, line)) return [];
    return new RegExp(`^${match[1] ? '\\s*' : ''}${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
  });
}

const HERE = /<<(~?)(?:"([^"\n]+)"|'([^'\n]+)'|([A-Za-z_]\w*))/g;

/** A shift by a constant, as in `$x <<WIDTH`, is no here document; a quoted word always is one. */
function isShifted(match: RegExpExecArray, line: string): boolean {
  return (
    match[4] !== undefined &&
    /(?:[\d)\]]|[$@]\w+)\s*$/.test(line.slice(Math.max(0, match.index - NEAR), match.index))
  );
}
