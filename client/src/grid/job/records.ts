/** One record of a job's output, its values decoded. */
export interface OutputRecord {
  readonly sequence: number;
  readonly kind: string;
  /** Untrusted text: any character may be in it. */
  readonly values: ReadonlyMap<string, string>;
}

/** What the records of an output say, and what of them could not be used. */
export interface RecordsReading {
  /** By sequence, each once. */
  readonly records: readonly OutputRecord[];
  /** Sequence numbers that no record has, up to the highest that one has. */
  readonly missing: readonly (readonly [first: number, last: number])[];
  /** Records that were cut off, made no sense, or were too many. */
  readonly faults: readonly string[];
}

/** Bounds of a report (`docs/site-job.md`). */
const LIMITS = { records: 50_000, characters: 4 << 20, record: 64 << 10, faults: 50 };

/**
 * The records that carry a nonce, wherever they begin in a line; all else is noise. Of several with one
 * sequence number the first counts. Takes time linear in the length of the output.
 */
export function readRecords(output: string, nonce: string): RecordsReading {
  const found = new Map<number, OutputRecord>();
  const faults: string[] = [];
  let read = 0;
  for (const { sequence, text } of markedTexts(output, nonce)) {
    read += text?.length ?? 0;
    if (found.size >= LIMITS.records || read > LIMITS.characters) {
      faults.push('The report is too long; the rest of it was not read');
      break;
    }
    const record = text === undefined ? 'was cut off' : recordIn(sequence, text);
    if (typeof record === 'string') note(faults, `Record ${sequence} ${record}`);
    else if (found.has(sequence)) note(faults, `Record ${sequence} came more than once; the first counts`);
    else found.set(sequence, record);
  }
  const records = [...found.values()].sort((a, b) => a.sequence - b.sequence);
  return { records, missing: gaps(records), faults };
}

function note(faults: string[], fault: string): void {
  if (faults.length < LIMITS.faults) faults.push(fault);
  else if (faults.length === LIMITS.faults) faults.push('There are more records that make no sense');
}

/**
 * What stands between each `@NONCE SEQUENCE ` and its ` ;`; `undefined` when it was cut off. No value of a
 * record can hold such a mark: it has a space.
 */
function* markedTexts(
  output: string,
  nonce: string,
): Generator<{ readonly sequence: number; readonly text: string | undefined }> {
  const marks = output.matchAll(new RegExp(`@${nonce} ([1-9][0-9]{0,5}) `, 'g'));
  let last: { readonly sequence: number; readonly start: number } | undefined;
  const upTo = ({ sequence, start }: NonNullable<typeof last>, end: number) => ({
    sequence,
    text: /^[^\n]*? ;/.exec(output.slice(start, Math.min(end, start + LIMITS.record)))?.[0].slice(0, -2),
  });
  for (const mark of marks) {
    if (last) yield upTo(last, mark.index);
    last = { sequence: Number(mark[1]), start: mark.index + mark[0].length };
  }
  if (last) yield upTo(last, output.length);
}

/** The record that a text begins with, or why there is none. */
function recordIn(sequence: number, text: string): OutputRecord | string {
  const [kind = '', ...pairs] = text.split(' ');
  if (!/^[a-z][a-z-]{0,30}$/.test(kind)) return 'makes no sense';
  const values = new Map<string, string>();
  for (const pair of pairs) {
    const [, key, value] =
      /^([a-z][a-z-]{0,30})=((?:[A-Za-z0-9._/:+@,-]|%[0-9A-Fa-f]{2})*)$/.exec(pair) ?? [];
    if (key === undefined || value === undefined) return 'makes no sense';
    if (!values.has(key)) values.set(key, decoded(value));
  }
  return { sequence, kind, values };
}

/** Bytes that are no UTF-8 become replacement characters. */
function decoded(value: string): string {
  if (!value.includes('%')) return value;
  const bytes = value.replace(/%([0-9A-Fa-f]{2})/g, (_, digits) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return UTF8.decode(Uint8Array.from(bytes, char => char.charCodeAt(0)));
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

function gaps(records: readonly OutputRecord[]): readonly (readonly [number, number])[] {
  const missing: (readonly [number, number])[] = [];
  let next = 1;
  for (const { sequence } of records) {
    if (sequence > next) missing.push([next, sequence - 1]);
    next = sequence + 1;
  }
  return missing;
}
