import { visibleLine } from '../visible-text.ts';
import type { OutputRecord } from './records.ts';

/** A value as one line that is safe to show; `undefined` when it is absent or empty. */
export function textOf({ values }: OutputRecord, key: string, max = 2000): string | undefined {
  const text = values.get(key);
  return text === undefined || text === '' ? undefined : visibleLine(text, max);
}

/** A value that names something; `undefined` when no such thing can have that name: it is never cut. */
export function nameOf({ values }: OutputRecord, key: string, max = 255): string | undefined {
  const text = values.get(key);
  const fits = text !== undefined && text !== '' && text.length <= max && visibleLine(text, max) === text;
  return fits ? text : undefined;
}

/** A value of a list of codes: small letters, digits and hyphens. */
export function codeOf({ values }: OutputRecord, key: string): string | undefined {
  const text = values.get(key);
  return text !== undefined && /^[a-z0-9][a-z0-9-]{0,63}$/.test(text) ? text : undefined;
}

/** A whole number of at most 15 digits. */
export function numberOf({ values }: OutputRecord, key: string): number | undefined {
  const text = values.get(key);
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

/** One of some words. */
export function oneOf<const T extends string>(
  { values }: OutputRecord,
  key: string,
  words: readonly T[],
): T | undefined {
  return words.find(word => word === values.get(key));
}

/** `yes` or `no`. */
export function truthOf(record: OutputRecord, key: string): boolean | undefined {
  const word = oneOf(record, key, ['yes', 'no']);
  return word && word === 'yes';
}
