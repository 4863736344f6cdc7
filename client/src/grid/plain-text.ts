import { visibleLine } from './visible-text.ts';

/**
 * Text of a site or a program, fit for a sentence of ours: on one line, runs of blanks as one, what steers
 * a terminal or reorders text escaped, cut after `limit` characters.
 */
export function plainText(text: string, limit = 300): string {
  // Cut first: a site may send megabytes. Cut again: an escape is longer than what it stands for.
  const line = visibleLine(
    text
      .slice(0, limit * 2)
      .trim()
      .replace(/\s+/g, ' '),
    limit * 2,
  );
  return line.length > limit ? `${line.slice(0, limit - 1)}…`.toWellFormed() : line;
}

/** A word for a command that a person copies into a shell: quoted where the shell would read more into it. */
export function shellWord(word: string): string {
  const plain = plainText(word, 1000);
  return /^[\w@%+=:,./~-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", "'\\''")}'`;
}
