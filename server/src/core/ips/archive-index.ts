/** One member as the index of a p5p archive lists it. */
export interface ArchiveEntry {
  /** Name of the member, without a slash at its end. */
  readonly name: string;
  /** Offset of its first header, from the beginning of the archive. */
  readonly start: number;
  /** Offset of what follows it. */
  readonly end: number;
}

/** Name of the first member of a p5p archive that has an index, `pkg.p5p`, version 0. */
export const ARCHIVE_INDEX = 'pkg5.index.0.gz';

/**
 * The members that an index lists (lines `NAME\0OFFSET\0ENTRY SIZE\0SIZE\0TYPE\0`, offsets from the end of the
 * index), when it can be believed: each begins where the one before ends, the first at `base`, none beyond `size`.
 */
export function readArchiveIndex(
  text: string,
  base: number,
  size: number,
): readonly ArchiveEntry[] | undefined {
  const entries: ArchiveEntry[] = [];
  let expected = base;
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const [name, offset, length] = text.slice(at, end < 0 ? text.length : end).split('\0');
    at = end < 0 ? text.length : end + 1;
    const start = base + number(offset);
    if (name === undefined || start !== expected || !(number(length) > 0)) return undefined;
    expected = start + number(length);
    if (expected > size) return undefined;
    entries.push({ name, start, end: expected });
  }
  return entries;
}

function number(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
