import { deflateRawSync } from 'node:zlib';

/** One member of an archive for tests, and what the archive claims of it where that is not the truth. */
export interface Entry {
  readonly name: string;
  readonly data: Uint8Array | string;
  /** Absent: DEFLATE. */
  readonly method?: number;
  readonly flags?: number;
  /** Claims. */
  readonly size?: number;
  readonly packed?: number;
  readonly offset?: number;
}

/** What an archive claims of itself where that is not the truth. */
export interface Claims {
  readonly count?: number;
  readonly disk?: number;
  readonly directory?: number;
  readonly comment?: string;
  /** Sizes and offsets in ZIP64 records alone. */
  readonly zip64?: boolean;
}

/** A ZIP archive, PKWARE APPNOTE 6.3.10. */
export function zip(entries: readonly Entry[], claims: Claims = {}): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const { local, central } = member(entry, at, claims.zip64 ?? false);
    parts.push(local);
    directory.push(central);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const tail = claims.zip64
    ? wideEnd(entries.length, central.length, at, claims)
    : end(entries.length, central.length, at, claims);
  return new Uint8Array(Buffer.concat([...parts, central, tail]));
}

function member(entry: Entry, at: number, wide: boolean): { local: Buffer; central: Buffer } {
  const data = typeof entry.data === 'string' ? Buffer.from(entry.data) : entry.data;
  const method = entry.method ?? 8;
  const packed = method === 8 ? deflateRawSync(data) : Buffer.from(data);
  const name = Buffer.from(entry.name);
  const sizes = [entry.packed ?? packed.length, entry.size ?? data.length];
  const local = Buffer.concat([
    numbers([4, 0x04034b50], [2, 20], [2, entry.flags ?? 0], [2, method], [4, 0], [4, 0]),
    numbers([4, sizes[0]!], [4, sizes[1]!], [2, name.length], [2, 4]),
    name,
    numbers([4, 0xcafe]),
    packed,
  ]);
  const extra = wide
    ? numbers([2, 1], [2, 24], [8, sizes[1]!], [8, sizes[0]!], [8, entry.offset ?? at])
    : Buffer.alloc(0);
  const told = wide ? [0xffffffff, 0xffffffff, 0xffffffff] : [...sizes, entry.offset ?? at];
  const central = Buffer.concat([
    numbers([4, 0x02014b50], [2, 20], [2, 20], [2, entry.flags ?? 0], [2, method], [4, 0], [4, 0]),
    numbers(
      [4, told[0]!],
      [4, told[1]!],
      [2, name.length],
      [2, extra.length],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
    ),
    numbers([4, told[2]!]),
    name,
    extra,
  ]);
  return { local, central };
}

function end(count: number, bytes: number, offset: number, claims: Claims): Buffer {
  const comment = Buffer.from(claims.comment ?? '');
  const told = claims.count ?? count;
  return Buffer.concat([
    numbers([4, 0x06054b50], [2, claims.disk ?? 0], [2, claims.disk ?? 0], [2, told], [2, told], [4, bytes]),
    numbers([4, claims.directory ?? offset], [2, comment.length]),
    comment,
  ]);
}

function wideEnd(count: number, bytes: number, offset: number, claims: Claims): Buffer {
  const told = claims.count ?? count;
  return Buffer.concat([
    numbers([4, 0x06064b50], [8, 44], [2, 45], [2, 45], [4, 0], [4, 0], [8, told], [8, told], [8, bytes]),
    numbers([8, claims.directory ?? offset]),
    numbers([4, 0x07064b50], [4, 0], [8, offset + bytes], [4, 1]),
    end(0xffff, 0xffffffff, 0xffffffff, { ...claims, count: 0xffff, directory: 0xffffffff }),
  ]);
}

/** Little-endian numbers: width in bytes, and value. */
function numbers(...fields: readonly (readonly [width: number, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([width, value]) => {
      const bytes = Buffer.alloc(width);
      if (width === 8) bytes.writeBigUInt64LE(BigInt(value));
      else bytes.writeUIntLE(value, 0, width);
      return bytes;
    }),
  );
}
