/**
 * A value as it is written in an action: bare where possible, else in double quotes.
 * A line end cannot be written in a manifest and becomes a blank.
 */
export function quoteValue(value: string): string {
  const line = value.replace(/[\r\n]+/g, ' ');
  if (line !== '' && !/[\s"']|\\$/.test(line)) return line;
  return `"${line.replace(/[\\"]/g, '\\$&')}"`;
}
