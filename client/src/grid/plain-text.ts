/**
 * Text of a site or a program, fit for a sentence of ours: on one line, what steers a terminal or reorders
 * text escaped, cut after `limit` characters.
 */
export function plainText(text: string, limit = 300): string {
  // Cut first: a site may send megabytes.
  const line = text
    .slice(0, limit * 2)
    .trim()
    .replace(/\s+/g, ' ')
    .replace(UNFIT, escaped);
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** A word for a command that a person copies into a shell: quoted where the shell would read more into it. */
export function shellWord(word: string): string {
  const plain = plainText(word, 1000);
  return /^[\w@%+=:,./~-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}

// biome-ignore lint/complexity/useRegexLiterals: the escapes must stay readable
const UNFIT = new RegExp(
  '[\\u0000-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]',
  'g',
);

function escaped(char: string): string {
  const code = char.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
