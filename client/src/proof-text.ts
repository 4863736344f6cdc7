import type { Why, WhyStep } from '../../server/src/protocol.ts';

/** A place named in a proof: offsets in the text, the path as written, and `L3,5` or nothing. */
export interface NamedPlace {
  readonly start: number;
  readonly end: number;
  readonly path: string;
  /** Fragment that an editor understands in a URI: one-based line and column. */
  readonly fragment: string;
}

/**
 * The proofs as a text that a person reads from top to bottom. `name` shortens a URI to a path.
 *
 * A place stands alone on its line, four blanks deep, so that `placesIn` finds it again.
 */
export function proofText(why: Why | null, name: (uri: string) => string): string {
  if (why === null || why.needs.length === 0) return 'Nothing is needed at this place.\n';
  return why.needs
    .map(
      ({ title, steps }) => `${title}\n\n${steps.map((step, index) => stepText(step, index, name)).join('')}`,
    )
    .join('\n');
}

function stepText({ text, location }: WhyStep, index: number, name: (uri: string) => string): string {
  const lines = [`${index + 1}. ${text}`];
  if (location !== undefined) {
    const { uri, line, character } = location;
    const place =
      line === undefined ? '' : `:${line + 1}${character === undefined ? '' : `:${character + 1}`}`;
    lines.push(`    ${name(uri)}${place}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The places in a text of `proofText`. */
export function placesIn(text: string): readonly NamedPlace[] {
  return [...text.matchAll(/^ {4}(?<path>\S.*?)(?::(?<line>\d+)(?::(?<column>\d+))?)?$/gm)].map(match => {
    const { path = '', line, column } = match.groups ?? {};
    return {
      start: match.index + 4,
      end: match.index + match[0].length,
      path,
      fragment: line === undefined ? '' : `L${line}${column === undefined ? '' : `,${column}`}`,
    };
  });
}
