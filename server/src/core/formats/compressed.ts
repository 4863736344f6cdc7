/** A format of compressed files, told by its first bytes. */
export type CompressedFormat =
  | 'gzip'
  | 'bzip2'
  | 'xz'
  | 'lzma'
  | 'zstd'
  | 'lz4'
  | 'compress'
  | 'zip'
  | 'lzip'
  | 'pack';

/** The format of a file with these first bytes (16 are enough); `undefined` for what is not compressed. */
export function compressedFormat(head: Uint8Array): CompressedFormat | undefined {
  return MAGIC.find(
    ({ bytes, also }) => bytes.every((byte, at) => head[at] === byte) && (also?.(head) ?? true),
  )?.format;
}

/** In the file formats' own specifications; `also`: what rules out other files that begin alike. */
const MAGIC: readonly {
  readonly format: CompressedFormat;
  readonly bytes: readonly number[];
  readonly also?: (head: Uint8Array) => boolean;
}[] = [
  // RFC 1952: the only method is DEFLATE, the three highest flags are 0.
  { format: 'gzip', bytes: [0x1f, 0x8b, 8], also: head => (head[3]! & 0xe0) === 0 },
  // BZh1 to BZh9, then the mark of a block or of the end of an empty file.
  {
    format: 'bzip2',
    bytes: [0x42, 0x5a, 0x68],
    also: head => head[3]! >= 0x31 && head[3]! <= 0x39 && (head[4] === 0x31 || head[4] === 0x17),
  },
  { format: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] },
  { format: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { format: 'lz4', bytes: [0x04, 0x22, 0x4d, 0x18] },
  { format: 'lz4', bytes: [0x02, 0x21, 0x4c, 0x18] },
  // Codes of 9 to 16 bits.
  {
    format: 'compress',
    bytes: [0x1f, 0x9d],
    also: head => (head[2]! & 0x1f) >= 9 && (head[2]! & 0x1f) <= 16,
  },
  { format: 'pack', bytes: [0x1f, 0x1e] },
  { format: 'zip', bytes: [0x50, 0x4b, 3, 4] },
  { format: 'lzip', bytes: [0x4c, 0x5a, 0x49, 0x50, 1] },
  // LZMA alone: default properties, a dictionary of a power of two, and a length that is unknown or below 256 GiB.
  {
    format: 'lzma',
    bytes: [0x5d, 0, 0],
    also: head => (head[12] === 0 || head[12] === 0xff) && head.length >= 13,
  },
];
