import { decode } from './printable.ts';

/** What a pax extended header says that matters for reading. */
export interface PaxFields {
  readonly path?: string;
  /** Decimal digits, or whatever stands there. */
  readonly size?: string;
}

/** Nothing said. */
export const NO_FIELDS: PaxFields = {};

/** The records `LENGTH KEY=VALUE\n` of a pax header; what is no record ends them (POSIX.1-2008 pax). */
export function paxFields(bytes: Uint8Array): PaxFields {
  let fields = NO_FIELDS;
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    if (blank < 0 || blank - at > 8) break;
    const length = Number(decode(bytes.subarray(at, blank)).text);
    if (!(Number.isInteger(length) && length > blank - at + 1 && at + length <= bytes.length)) break;
    const record = decode(bytes.subarray(blank + 1, at + length - 1)).text;
    const equals = record.indexOf('=');
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (key === 'path') fields = { ...fields, path: value };
    if (key === 'size') fields = { ...fields, size: value };
    at += length;
  }
  return fields;
}

/** The size that a pax header states; `undefined` for what is no size. */
export function paxSize(text: string): number | undefined {
  const size = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}

/** Text of a header field: up to the first NUL. */
export function field(block: Uint8Array, at: number, length: number): string {
  const bytes = block.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return decode(end < 0 ? bytes : bytes.subarray(0, end)).text;
}

/** A number of a header: octal digits, or the binary form of GNU tar; `undefined` for what is none. */
export function numberField(block: Uint8Array, at: number, length: number): number | undefined {
  if (block[at] === 0x80) {
    let value = 0;
    for (let byte = at + 1; byte < at + length; byte++) value = value * 256 + (block[byte] ?? 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const text = field(block, at, length).trim();
  if (text === '') return 0;
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

/** Sum of a header's bytes, its checksum field counted as blanks. */
export function checksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < block.length; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}
