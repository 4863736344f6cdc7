/**
 * Text of a site or a file as one line that cannot steer a terminal or reorder what stands around it:
 * line ends and tabs become blanks, other control characters and invisible marks become visible escapes.
 * Inner blanks stay. What is longer than `max` UTF-16 units is cut, with `…` at its end.
 */
export function visibleLine(text: string, max: number): string {
  const cut = text.length > max ? `${text.slice(0, Math.max(0, max - 1))}…` : text;
  return cut.replace(BLANKS, ' ').replace(UNSEEN, escaped).toWellFormed();
}

/** As `visibleLine`, for each line of a text; carriage returns at line ends are dropped. */
export function visibleLines(text: string, max: number): readonly string[] {
  const lines = text.replace(/\n$/, '').split('\n');
  return lines.map(line => visibleLine(line.replace(/\r+$/, ''), max));
}

const BLANKS = /\r\n|[\n\t]/g;

/** C0, DEL and C1; soft hyphen; marks of direction, joining and line ends; byte order mark. */
// biome-ignore lint/complexity/useRegexLiterals: the escapes must stay readable
const UNSEEN = new RegExp(
  '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]',
  'g',
);

function escaped(char: string): string {
  const code = char.charCodeAt(0);
  const short = { 13: '\\r', 27: '\\e' }[code];
  if (short !== undefined) return short;
  const digits = code.toString(16);
  return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`;
}
