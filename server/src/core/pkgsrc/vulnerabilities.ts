import { matches } from './pattern.ts';
import type { Checksum, LineFault } from './summary.ts';

/** A `pkg-vulnerabilities` file, format 1.1.0 (`vulnerabilities-file.c` of pkg_install). */
export interface Vulnerabilities {
  readonly entries: readonly KnownVulnerability[];
  /** The file's own checksums, all of which its `checksummed` text has to have. May be empty: they are optional. */
  readonly checksums: readonly (Checksum & { readonly line: number })[];
  /** The text over which the checksums are taken. */
  readonly checksummed: string;
  /** Where any of these is, `pkg_admin` refuses the file. */
  readonly faults: readonly LineFault[];
}

/** One line of the list. */
export interface KnownVulnerability {
  readonly pattern: string;
  /** Such as `remote-code-execution`, or `eol`. */
  readonly type: string;
  readonly url: string;
}

/** Reads a list, also one that is signed in clear text (the signature is not judged). Never throws. */
export function readVulnerabilities(text: string): Vulnerabilities {
  const faults: LineFault[] = [];
  if (text.includes('\0')) faults.push({ line: 1, message: 'the file holds a NUL character' });
  if (text !== '' && !text.endsWith('\n'))
    faults.push({ line: text.split('\n').length, message: 'the last line has no end: the file is cut off' });
  const lines = bodyOf(text);
  const format = lines.findIndex(({ text: line }) => !precedesFormat(line));
  const header = lines[format];
  if (!header) faults.push({ line: 1, message: 'the file is empty, or has no #FORMAT' });
  else if (!FORMAT.test(header.text))
    faults.push({
      line: header.number,
      message: 'this is no "#FORMAT 1.1.0": the file is no list of vulnerabilities',
    });
  else if (format === lines.length - 1)
    faults.push({ line: header.number, message: 'nothing stands behind #FORMAT' });
  const read =
    faults.length > 0 ? { entries: [], checksums: [] } : readEntries(lines.slice(format + 1), faults);
  return { ...read, checksummed: checksummedText(lines), faults };
}

/** The vulnerabilities that a package of this name and version has. */
export function vulnerable(
  pkgname: string,
  { entries }: Pick<Vulnerabilities, 'entries'>,
): readonly KnownVulnerability[] {
  return entries.filter(({ pattern }) => matches(pattern, pkgname));
}

interface NumberedLine {
  readonly text: string;
  readonly number: number;
}

const PGP_START = '-----BEGIN PGP SIGNED MESSAGE-----';
const PGP_END = '-----BEGIN PGP SIGNATURE-----';
const PKCS7_START = '-----BEGIN PKCS7-----';
const FORMAT = /^#FORMAT\s\s*1\.\s*1\.\s*0+\s*$/;
const MOST_FAULTS = 100;
const MOST_ENTRIES = 500_000;

/** The lines that count: neither the armour of a signature nor the signature. */
function bodyOf(text: string): readonly NumberedLine[] {
  const lines = text.split('\n').map((line, at) => ({ text: line, number: at + 1 }));
  if (lines.at(-1)?.text === '') lines.pop();
  const isSigned = lines[0]?.text === PGP_START;
  const ending = isSigned ? PGP_END : PKCS7_START;
  const end = lines.findIndex(line => line.text === ending);
  return lines.slice(isSigned ? 1 : 0, end < 0 ? lines.length : end);
}

function precedesFormat(line: string): boolean {
  return isUncounted(line, 'Hash:') || line.startsWith('# $NetBSD') || /^#\s*$/.test(line);
}

function isUncounted(line: string, prefix: string): boolean {
  return line === '' || line.startsWith(prefix);
}

function checksummedText(lines: readonly NumberedLine[]): string {
  return lines
    .filter(
      ({ text }) =>
        !(isUncounted(text, 'Hash:') || text.startsWith('# $NetBSD') || text.startsWith('#CHECKSUM')),
    )
    .map(({ text }) => `${text}\n`)
    .join('');
}

type Read = Pick<Vulnerabilities, 'entries' | 'checksums'>;

function readEntries(lines: readonly NumberedLine[], faults: LineFault[]): Read {
  const entries: KnownVulnerability[] = [];
  const checksums: Vulnerabilities['checksums'][number][] = [];
  const fault = (line: number, message: string) => {
    if (faults.length < MOST_FAULTS) faults.push({ line, message });
  };
  for (const { text, number } of lines) {
    if (text.startsWith('#CHECKSUM')) {
      const checksum = readChecksum(text);
      if (checksum) checksums.push({ ...checksum, line: number });
      else fault(number, 'this #CHECKSUM cannot be read');
    } else if (text !== '' && !text.startsWith('#')) {
      const entry =
        entries.length < MOST_ENTRIES ? readEntry(text) : `there are more than ${MOST_ENTRIES} lines`;
      if (typeof entry === 'string') fault(number, entry);
      else entries.push(entry);
    }
  }
  return { entries, checksums };
}

function readChecksum(line: string): Checksum | undefined {
  const [, algorithm, digest] = CHECKSUM.exec(line) ?? [];
  return algorithm && digest ? { algorithm: algorithm.toLowerCase(), digest } : undefined;
}

/** An entry, or what its line lacks. */
function readEntry(line: string): KnownVulnerability | string {
  const [pattern = '', type, url] = line.split(SPACE, 3);
  if (!type) return 'this line has no type of vulnerability';
  return url ? { pattern, type, url } : 'this line has no address';
}

const CHECKSUM = /^#CHECKSUM\s+([0-9A-Za-z]+)\s+([0-9a-f]+)\s*$/;
const SPACE = /[ \t\r\v\f]+/;
