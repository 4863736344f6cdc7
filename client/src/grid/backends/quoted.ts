/**
 * The text as one word of a POSIX shell, whatever is in it. The only way in which data comes into a script
 * outside a here-document. A NUL byte cannot be in a shell's word and is a bug of the caller.
 */
export function quoted(text: string): string {
  if (text.includes('\0')) throw new RangeError('A shell word cannot hold a NUL byte.');
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Definition of a shell function that prints `text`, ending with a line end. `delimiter` must not be a line of
 * it: callers use the random mark of the command.
 */
export function printing(name: string, text: string, delimiter: string): string {
  const body = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${name}() {\ncat <<'${delimiter}'\n${body}${delimiter}\n}\n`;
}
