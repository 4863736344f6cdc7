/**
 * SHA-256 of a text in UTF-8, in base64, as content security policies have it (FIPS 180-4). Reports are pure, and
 * the platform's own digests are either Node's or do not answer at once.
 */
export function sha256(text: string): string {
  const state = [...INITIAL];
  const data = padded(new TextEncoder().encode(text));
  const view = new DataView(data.buffer);
  for (let at = 0; at < data.length; at += 64) compress(state, view, at);
  const digest = new DataView(new ArrayBuffer(32));
  for (const [at, word] of state.entries()) digest.setUint32(at * 4, word);
  return btoa(String.fromCharCode(...new Uint8Array(digest.buffer)));
}

/** The first 32 bits of the fractional part of a root of a prime: where the constants come from. */
function rootBits(prime: number, root: 2 | 3): number {
  const value = root === 2 ? Math.sqrt(prime) : Math.cbrt(prime);
  return Math.floor((value - Math.floor(value)) * 2 ** 32);
}

const PRIMES = Array.from({ length: 312 }, (_, at) => at).filter(isPrime);
const INITIAL = PRIMES.slice(0, 8).map(prime => rootBits(prime, 2));
const ROUND = PRIMES.slice(0, 64).map(prime => rootBits(prime, 3));

function isPrime(value: number): boolean {
  for (let factor = 2; factor * factor <= value; factor++) if (value % factor === 0) return false;
  return value > 1;
}

function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  all.set(bytes);
  all[bytes.length] = 0x80;
  const view = new DataView(all.buffer);
  view.setUint32(all.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(all.length - 4, bytes.length * 8);
  return all;
}

function compress(state: number[], view: DataView, start: number): void {
  const words = schedule(view, start);
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + (ROUND[at] ?? 0) + (words[at] ?? 0);
    const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [at, word] of [a, b, c, d, e, f, g, h].entries()) state[at] = ((state[at] ?? 0) + word) | 0;
}

function schedule(view: DataView, start: number): readonly number[] {
  const words = Array.from({ length: 16 }, (_, at) => view.getUint32(start + at * 4));
  for (let at = 16; at < 64; at++) {
    const [x = 0, y = 0] = [words[at - 15], words[at - 2]];
    const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    const high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
    words.push(((words[at - 16] ?? 0) + low + (words[at - 7] ?? 0) + high) | 0);
  }
  return words;
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
