/** Deeper than anything in a catalog; what is deeper still is left out, and cannot have been signed. */
const DEEPEST = 64;

/** JSON without blanks, the keys of every object in the order of their code points: the form that catalogs are signed in. */
export function sortedJson(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth > DEEPEST) return 'null';
  if (Array.isArray(value)) return `[${value.map(one => sortedJson(one, depth + 1)).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${sortedJson(one, depth + 1)}`).join(',')}}`;
}
