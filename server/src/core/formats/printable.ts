/**
 * Text of an untrusted file, made safe to show on one line: control characters, direction marks and
 * lone surrogates as escapes, and no more than `limit` characters, the cut shown as `…`.
 */
export function printable(text: string, limit = 160): string {
  if (text.length <= limit && PLAIN.test(text)) return text;
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(UNSAFE, escaped);
}

/** True when a text holds characters that no path or option in real use has. */
export function isBinary(text: string): boolean {
  return CONTROL.test(text);
}

const PLAIN = /^[ -~]*$/;
const CONTROL = /[\0-\x08\x0a-\x1f\x7f-\x9f\ufffd]/;
const UNSAFE = /[\0-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu;
const SHORT: Readonly<Record<string, string>> = { '\0': '\\0', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(code < 0x100 ? 2 : 4, '0');
  return SHORT[character] ?? (code < 0x100 ? `\\x${hex}` : `\\u${hex}`);
}

/**
 * Bytes of a name as text: UTF-8, or Latin-1 when they are no UTF-8.
 * `utf8` is false in the latter case: then nothing in a manifest can name it.
 */
export function decode(bytes: Uint8Array): { readonly text: string; readonly utf8: boolean } {
  if (isAscii(bytes)) return { text: ascii(bytes), utf8: true };
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.includes('\ufffd') ? { text: latin1(bytes), utf8: false } : { text, utf8: true };
}

/** Short and plain, which nearly every name is. */
function isAscii(bytes: Uint8Array): boolean {
  if (bytes.length > 4096) return false;
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! >= 0x80) return false;
  return true;
}

function ascii(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
