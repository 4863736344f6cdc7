/** A bzip2 decoder without types of its own. */
declare module 'seek-bzip' {
  /** Throws on damaged data. With `multistream`, streams that follow each other count as one. */
  export function decode(
    input: {
      readByte(): number;
      /** Answers how many bytes it put into the buffer. */
      read(buffer: Uint8Array, offset: number, length: number): number;
      eof(): boolean;
    },
    output: { writeByte(byte: number): void },
    multistream: boolean,
  ): void;
}
