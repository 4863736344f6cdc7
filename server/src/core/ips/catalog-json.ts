/** Deeper than anything in a catalog; what is deeper still is left out, and cannot have been signed. */
const DEEPEST = 64;

/** Most objects and lists of one text: four times those of the largest known catalogs. */
const MOST_CONTAINERS = 4_000_000;
/** Shorter texts cannot do harm. */
const SHORT = 8 * 1024 * 1024;

/** Whether a text would take many times its own memory when it is read: it is made of next to nothing but brackets. */
export function isTooDense(text: string): boolean {
  if (text.length < SHORT) return false;
  let containers = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if ((char === LIST || char === OBJECT) && ++containers > MOST_CONTAINERS) return true;
  }
  return false;
}

const LIST = '['.charCodeAt(0);
const OBJECT = '{'.charCodeAt(0);

/** JSON without blanks, the keys of every object in the order of their code points: the form that catalogs are signed in. */
export function sortedJson(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (depth > DEEPEST) return 'null';
  if (Array.isArray(value)) return `[${value.map(one => sortedJson(one, depth + 1)).join(',')}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${sortedJson(one, depth + 1)}`).join(',')}}`;
}
