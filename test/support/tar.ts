import { gzipSync } from 'node:zlib';

/** One member of an archive that a test makes; what is not said is that of a regular file. */
export interface MadeMember {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** `0` file, `5` directory, `1` hard link, `2` symbolic link, `x` pax header, `L` long name. */
  readonly type?: string;
  readonly target?: string;
  /** What the header says of the size, whatever there is. */
  readonly size?: number;
  readonly prefix?: string;
}

/** The bytes of one member, padded. */
export function tarMember(member: MadeMember): Buffer {
  const content = Buffer.from(member.content ?? '');
  const header = Buffer.alloc(512);
  const put = (text: string, at: number) => header.write(text, at, 'utf8');
  put(member.name, 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  putSize(header, member.size ?? content.length);
  put('00000000000\0', 136);
  put(member.type ?? '0', 156);
  put(member.target ?? '', 157);
  put('ustar\x0000', 257);
  put(member.prefix ?? '', 345);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

/** A pax extended header for the member that follows. */
export function paxHeader(fields: Readonly<Record<string, string>>): Buffer {
  const content = Object.entries(fields).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    const digits = String(rest + String(rest).length).length;
    return `${rest + digits} ${key}=${value}\n`;
  });
  return tarMember({ name: 'PaxHeader', type: 'x', content: content.join('') });
}

/** The two blocks that end an archive. */
export const TAR_END = Buffer.alloc(1024);

/** A package archive with an index of its members, as `pkgrecv -a` makes it. */
export function packageArchive(members: readonly MadeMember[]): Buffer {
  const parts = members.map(one => ({ name: one.name, bytes: tarMember(one) }));
  return archiveWithIndex(parts);
}

/** An archive whose index lists what is given, true or not: names and lengths in their order. */
export function archiveWithIndex(
  parts: readonly { readonly name: string; readonly bytes: Buffer }[],
  listed: readonly { readonly name: string; readonly bytes: Buffer }[] = parts,
): Buffer {
  let at = 0;
  const lines = listed.map(({ name, bytes }) => {
    const line = `${name}\0${at}\0${bytes.length}\0${bytes.length - 512}\0b'0'\0\n`;
    at += bytes.length;
    return line;
  });
  const index = tarMember({ name: 'pkg5.index.0.gz', content: gzipSync(lines.join('')) });
  return Buffer.concat([index, ...parts.map(({ bytes }) => bytes), TAR_END]);
}

/** Octal digits, or the binary form of GNU tar for what has too many. */
function putSize(header: Buffer, size: number): void {
  if (size < 8 ** 11) header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
}
