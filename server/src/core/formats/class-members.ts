import { type ConstantPool, half, utf8At } from './constant-pool.ts';

/**
 * Passes over the fields and methods whose tables begin at `at`: where the attributes of the class begin, or a place
 * beyond the end when they are cut off. `take` is told the constant that has the type of each.
 */
export function behindMembers(bytes: Uint8Array, at: number, take: (descriptor: number) => void): number {
  let next = at;
  for (let table = 0; table < 2; table++) {
    let left = half(bytes, next);
    for (next += 2; left > 0 && next < bytes.length; left--) {
      take(half(bytes, next + 4));
      next = behindAttributes(bytes, next + 6);
    }
    if (left > 0) return bytes.length + 1;
  }
  return next;
}

/** Where the next thing begins behind a table of attributes whose count stands at `at`. */
function behindAttributes(bytes: Uint8Array, at: number): number {
  let next = at + 2;
  for (let left = half(bytes, at); left > 0; left--) {
    if (next + 6 > bytes.length) return bytes.length + 1;
    next += 6 + word(bytes, next + 2);
  }
  return next;
}

/** Where the content of the attribute of this name begins, in the table whose count stands at `at`. */
export function attributeIn(
  bytes: Uint8Array,
  pool: ConstantPool,
  at: number,
  name: string,
): number | undefined {
  let next = at + 2;
  for (let left = half(bytes, at); left > 0 && next + 6 <= bytes.length; left--) {
    if (utf8At(bytes, pool, half(bytes, next)) === name) return next + 6;
    next += 6 + word(bytes, next + 2);
  }
  return undefined;
}

function word(bytes: Uint8Array, at: number): number {
  return half(bytes, at) * 0x10000 + half(bytes, at + 2);
}
