/** Entries of the dynamic section. */
export type Entries = readonly (readonly [tag: number, value: number])[];

/** The next multiple of 8. */
export function aligned(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

/** A string table. */
export class Names {
  #bytes: number[] = [0];

  add(name: string): number {
    const at = this.#bytes.length;
    this.#bytes.push(...new TextEncoder().encode(name), 0);
    return at;
  }

  bytes(): readonly number[] {
    return this.#bytes;
  }
}

/** Appends numbers in the byte order and sizes of one ELF class. */
export class Writer {
  readonly is64: boolean;
  readonly big: boolean;
  #bytes: number[] = [];

  constructor(is64: boolean, big: boolean) {
    this.is64 = is64;
    this.big = big;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  raw(bytes: readonly number[]): void {
    this.#bytes = this.#bytes.concat(bytes);
  }

  padTo(offset: number): void {
    this.raw(Array.from({ length: offset - this.#bytes.length }, () => 0));
  }

  half(value: number): void {
    this.#number(BigInt(value), 2);
  }

  word(value: number): void {
    this.#number(BigInt(value), 4);
  }

  halves(...values: readonly number[]): void {
    for (const value of values) this.half(value);
  }

  words(...values: readonly number[]): void {
    for (const value of values) this.word(value);
  }

  /** An undefined global function. */
  symbol(name: number): void {
    this.word(name);
    if (!this.is64) this.words(0, 0);
    this.raw([name === 0 ? 0 : 0x12, 0, 0, 0]);
    if (this.is64) this.raw(Array.from({ length: 16 }, () => 0));
  }

  address(value: bigint): void {
    this.#number(value, this.is64 ? 8 : 4);
  }

  pair(tag: number, value: bigint): void {
    this.address(BigInt(tag));
    this.address(value);
  }

  program(type: number, offset: number, address: bigint, size: number, alignment = 8n): void {
    this.word(type);
    if (this.is64) this.word(4);
    for (const each of [BigInt(offset), address, address, BigInt(size), BigInt(size)]) this.address(each);
    if (!this.is64) this.word(4);
    this.address(alignment);
  }

  section(
    name: number,
    type: number,
    offset: number,
    size: number,
    link: number,
    entrySize = 0,
    info = 0,
  ): void {
    this.word(name);
    this.word(type);
    for (const each of [0, 0, offset, size]) this.address(BigInt(each));
    this.word(link);
    this.word(info);
    this.address(1n);
    this.address(BigInt(type === 6 ? (this.is64 ? 16 : 8) : entrySize));
  }

  #number(value: bigint, size: number): void {
    const digits = Array.from({ length: size }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
    this.#bytes.push(...(this.big ? digits.reverse() : digits));
  }
}
