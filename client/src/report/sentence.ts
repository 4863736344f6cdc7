/** The text of a problem or a repair, with the package that it speaks of unless it names it itself. */
export function sentence({
  package: name,
  text,
}: {
  readonly package?: string;
  readonly text: string;
}): string {
  return name === undefined || text.includes(name) ? text : `${name}: ${text}`;
}
