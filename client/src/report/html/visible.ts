/**
 * A text as people are to see it: what is invisible, turns the direction of writing, or is no character at all is
 * shown by its number; line breaks become spaces; heaps of accents are taken off; the end of a long text is cut.
 * `limit` counts UTF-16 units.
 */
export function visible(text: string, limit: number): string {
  if (text.length <= limit && PLAIN.test(text)) return text;
  // Nothing that is cut off costs time.
  const shown = text
    .slice(0, limit + 1)
    .replace(/[\t\n\r]+/g, ' ')
    .replace(/(\p{M}{3})\p{M}+/gu, '$1')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, numbered);
  return shown.length <= limit ? shown : `${withoutHalf(shown.slice(0, limit - 1))}…`;
}

const PLAIN = /^[ -~]*$/;

function numbered(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** A cut between the halves of a surrogate pair leaves none of them. */
function withoutHalf(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}
