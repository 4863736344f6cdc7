import { Readable, type Readable as ReadableStream } from 'node:stream';
import { constants, createGunzip, zstdDecompressSync } from 'node:zlib';

/** What a packed file holds, or why it cannot be had: a clause such as "is cut off". */
export type Unpacked =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'fault'; readonly reason: string };

/**
 * Unpacks gzip, bzip2, xz and zstd, which it knows by their first bytes; anything else is returned as it is. At most
 * `limit` bytes come out: more is a fault, and is not written to memory first.
 */
export async function unpack(packed: Buffer, limit: number, signal: AbortSignal): Promise<Unpacked> {
  const format = FORMATS.find(({ magic }) => packed.subarray(0, magic.length).equals(magic));
  try {
    const bytes = format ? await format.unpack(packed, limit, signal) : packed;
    if (bytes.length > limit) throw new TooLarge();
    return { kind: 'bytes', bytes };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'fault', reason: reasonOf(error, format?.name ?? 'plain', limit) };
  }
}

interface Format {
  readonly name: string;
  readonly magic: Buffer;
  readonly unpack: (packed: Buffer, limit: number, signal: AbortSignal) => Promise<Buffer> | Buffer;
}

const FORMATS: readonly Format[] = [
  { name: 'gzip', magic: Buffer.from([0x1f, 0x8b]), unpack: gunzip },
  { name: 'zstd', magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), unpack: unzstd },
  { name: 'xz', magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), unpack: unxz },
  { name: 'bzip2', magic: Buffer.from('BZh'), unpack: bunzip2 },
];

class TooLarge extends Error {}
class CutOff extends Error {}

function reasonOf(error: unknown, format: string, limit: number): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof TooLarge || code === 'ERR_BUFFER_TOO_LARGE')
    return `is larger than ${Math.floor(limit / 1_048_576)} MiB when unpacked`;
  if (error instanceof CutOff || code === 'Z_BUF_ERROR') return `is cut off: its ${format} data has no end`;
  return `is damaged: it is no sound ${format} data`;
}

function gunzip(packed: Buffer, limit: number, signal: AbortSignal): Promise<Buffer> {
  return collected(Readable.from(pieces(packed)).pipe(createGunzip()), limit, signal);
}

/**
 * Frame after frame: node:zlib decodes only the first one and drops the rest without a word. A frame that takes
 * no input cannot be.
 */
function unzstd(packed: Buffer, limit: number): Buffer {
  const frames: Buffer[] = [];
  let left = limit;
  for (let at = 0; at < packed.length; ) {
    const options = {
      info: true,
      maxOutputLength: left + 1,
      params: { [constants.ZSTD_d_windowLogMax]: 27 },
    };
    const read = zstdDecompressSync(packed.subarray(at), options) as unknown as ZstdRead;
    if (read.engine.bytesWritten === 0) throw new CutOff();
    at += read.engine.bytesWritten;
    left -= read.buffer.length;
    if (left < 0) throw new TooLarge();
    frames.push(read.buffer);
  }
  return Buffer.concat(frames);
}

/** What node:zlib answers with `info`. */
interface ZstdRead {
  readonly buffer: Buffer;
  /** `bytesWritten`: how much of the input was used. */
  readonly engine: { readonly bytesWritten: number };
}

async function unxz(packed: Buffer, limit: number, signal: AbortSignal): Promise<Buffer> {
  const { XzReadableStream } = await import('xz-decompress');
  const source = Readable.toWeb(Readable.from(pieces(packed))) as globalThis.ReadableStream<Uint8Array>;
  return collected(Readable.fromWeb(new XzReadableStream(source) as never), limit, signal);
}

async function bunzip2(packed: Buffer, limit: number): Promise<Buffer> {
  const { decode } = await import('seek-bzip');
  let size = 0;
  let bytes = Buffer.alloc(Math.min(limit, packed.length * 8));
  const writeByte = (byte: number): void => {
    if (size >= limit) throw new TooLarge();
    if (size >= bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(Math.max(65_536, bytes.length))]);
    bytes[size++] = byte;
  };
  withoutDeprecations(() => decode(byteInput(packed), { writeByte }, true));
  return bytes.subarray(0, size);
}

/**
 * The decoder asks for the end before each block and behind each stream, and takes it for a good one in both places.
 * It is one only where a stream's footer was all that was read since it asked before.
 */
function byteInput(packed: Buffer) {
  let at = 0;
  let asked = 0;
  return {
    readByte(): number {
      const byte = packed[at++];
      if (byte === undefined) throw new CutOff();
      return byte;
    },
    read(buffer: Uint8Array, offset: number, length: number): number {
      const part = packed.subarray(at, at + length);
      buffer.set(part, offset);
      at += part.length;
      return part.length;
    },
    eof(): boolean {
      const read = at - asked;
      asked = at;
      if (at < packed.length) return false;
      if (read !== BZIP2_FOOTER) throw new CutOff();
      return true;
    },
  };
}

/** Bytes of the mark and the checksum that end a stream. */
const BZIP2_FOOTER = 10;

/** The bzip2 decoder makes its first four bytes with the old `Buffer()`: users need not read about it. */
function withoutDeprecations(work: () => void): void {
  const before = process.noDeprecation;
  process.noDeprecation = true;
  try {
    work();
  } finally {
    process.noDeprecation = before ?? false;
  }
}

/** Small enough that a stream which is too large is noticed early. */
function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

async function collected(stream: ReadableStream, limit: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    signal.throwIfAborted();
    size += chunk.length;
    if (size > limit) throw new TooLarge();
    // The xz decoder may reuse its memory.
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
