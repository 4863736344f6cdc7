import { gzipSync } from 'node:zlib';

/** One member of a tar archive. */
export interface TarMember {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Permission bits; 0644 when absent, 0755 for a directory. */
  readonly mode?: number;
  /** Target of a symbolic link. */
  readonly link?: string;
  readonly directory?: boolean;
  readonly uid?: number;
  readonly gid?: number;
}

/** A gzipped tar archive (ustar; GNU's extension for names over 100 bytes), the same bytes for the same members. */
export function tarball(members: readonly TarMember[]): Buffer {
  return gzipSync(Buffer.concat([...members.flatMap(blocks), Buffer.alloc(1024)]));
}

function blocks(member: TarMember): readonly Buffer[] {
  const content = Buffer.from(member.content ?? '');
  const long = Buffer.byteLength(member.name) > 99;
  const name = Buffer.from(`${member.name}\0`);
  return [
    ...(long ? [header('././@LongLink', 'L', name.length, {}), padded(name)] : []),
    header(member.name, kind(member), content.length, member),
    padded(content),
  ];
}

function kind(member: TarMember): string {
  if (member.directory) return '5';
  return member.link === undefined ? '0' : '2';
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(-content.length & 511)]);
}

/** 2026-11-20 10:25:00 UTC: archives made twice are equal. */
const time = 1_795_170_300;

function header(name: string, type: string, size: number, member: Partial<TarMember>): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number) =>
    block.write(value.toString(8).padStart(length - 1, '0'), at);
  block.write(name.slice(0, 99), 0);
  octal(member.mode ?? (member.directory ? 0o755 : 0o644), 100, 8);
  octal(member.uid ?? 0, 108, 8);
  octal(member.gid ?? 0, 116, 8);
  octal(size, 124, 12);
  octal(time, 136, 12);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(member.link ?? '', 157);
  block.write('ustar\x0000', 257);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    8,
  );
  return block;
}
