import { printable } from '../formats/printable.ts';
import { isPkgname, splitPkgname } from './pkgname.ts';

/** A `pkg_summary(5)`, or what `pkg_info -X` prints. */
export interface Summary {
  /** In the order of the file; no two have the same `pkgname`. */
  readonly packages: readonly SummaryPackage[];
  /** What was left out, and why; the first hundred. */
  readonly faults: readonly LineFault[];
}

/** One package of a summary. Lists are in the order of the file. */
export interface SummaryPackage {
  /** Name and version. */
  readonly pkgname: string;
  readonly name: string;
  readonly version: string;
  /** Patterns of what it needs. */
  readonly depends: readonly string[];
  /** Patterns of what it cannot be installed beside. */
  readonly conflicts: readonly string[];
  /** Absolute paths of its shared libraries. */
  readonly provides: readonly string[];
  /** Absolute paths of the shared libraries that it needs. */
  readonly requires: readonly string[];
  /** Relative to the summary's directory: `FILE_NAME`, or what the manual assumes without one. */
  readonly file: string;
  /** Bytes of the package file. */
  readonly fileSize?: number;
  readonly checksum?: Checksum;
  /** `category/package`. */
  readonly pkgpath?: string;
  readonly comment: string;
  /** Bytes when installed. */
  readonly size?: number;
}

/** A digest as summaries and lists give it. */
export interface Checksum {
  /** In lower case: `sha256`. */
  readonly algorithm: string;
  /** Hexadecimal digits in lower case. */
  readonly digest: string;
}

/** Something wrong with a line of a text. */
export interface LineFault {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/**
 * Reads a summary: blocks of `VARIABLE=value`, separated by empty lines, variables in any order. Never throws.
 * A package whose name or file name cannot be passed on safely is left out, and said so.
 */
export function readSummary(text: string): Summary {
  const reading = new Reading();
  let line = 0;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    line++;
    reading.line(text, at, text.charCodeAt(end - 1) === CR && end > at ? end - 1 : end, line);
    at = end + 1;
  }
  reading.close();
  return { packages: reading.packages, faults: reading.faults };
}

const CR = 13;
const MOST_PACKAGES = 250_000;
const MOST_FAULTS = 100;
/** Longer values are of no use to anybody: what they belong to is left out. */
const LONGEST = 4096;

type List = 'depends' | 'conflicts' | 'provides' | 'requires';
type Single = 'pkgname' | 'file' | 'fileSize' | 'checksum' | 'pkgpath' | 'comment' | 'size';

const LISTS: ReadonlyMap<string, List> = new Map([
  ['DEPENDS', 'depends'],
  ['CONFLICTS', 'conflicts'],
  ['PROVIDES', 'provides'],
  ['REQUIRES', 'requires'],
]);
const SINGLES: ReadonlyMap<string, Single> = new Map([
  ['PKGNAME', 'pkgname'],
  ['FILE_NAME', 'file'],
  ['FILE_SIZE', 'fileSize'],
  ['FILE_CKSUM', 'checksum'],
  ['PKGPATH', 'pkgpath'],
  ['COMMENT', 'comment'],
  ['SIZE_PKG', 'size'],
]);

/** A value as it stands in the text: most are not wanted, and are not cut out. */
interface Piece {
  readonly text: string;
  readonly from: number;
  readonly end: number;
}

interface Block {
  readonly line: number;
  readonly lists: Record<List, string[]>;
  readonly singles: Partial<Record<Single, string>>;
  bad: boolean;
}

/** The block that is being read, and the packages so far. */
class Reading {
  readonly packages: SummaryPackage[] = [];
  readonly faults: LineFault[] = [];
  readonly #seen = new Set<string>();
  #block: Block | undefined;

  line(text: string, start: number, end: number, line: number): void {
    if (start === end) {
      this.close();
      return;
    }
    this.#block ??= emptyBlock(line);
    const equals = text.indexOf('=', start);
    if (equals >= 0 && equals < end)
      this.#variable(this.#block, text.slice(start, equals), { text, from: equals + 1, end }, line);
    else this.#fault(line, 'this line has no "=" and was ignored');
  }

  close(): void {
    const block = this.#block;
    this.#block = undefined;
    const made = block && !block.bad ? packageOf(block) : undefined;
    const why = typeof made === 'object' ? this.#refused(made) : made;
    if (block && why !== undefined) this.#fault(block.line, why);
    else if (typeof made === 'object') {
      this.#seen.add(made.pkgname);
      this.packages.push(made);
    }
  }

  #refused({ pkgname }: SummaryPackage): string | undefined {
    if (this.#seen.has(pkgname)) return `${pkgname} is in the summary twice: the first one counts`;
    if (this.packages.length < MOST_PACKAGES) return undefined;
    return `there are more than ${MOST_PACKAGES} packages: the rest is ignored`;
  }

  #variable(block: Block, variable: string, { text, from, end }: Piece, line: number): void {
    const list = LISTS.get(variable);
    const single = list ? undefined : SINGLES.get(variable);
    if (!list && !single) return;
    if (end - from > LONGEST) {
      block.bad = true;
      this.#fault(line, `the value of ${variable} is too long: the package is left out`);
    } else if (list) block.lists[list].push(text.slice(from, end));
    else if (single) block.singles[single] ??= text.slice(from, end);
  }

  #fault(line: number, message: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push({ line, message });
  }
}

function emptyBlock(line: number): Block {
  return { line, lists: { depends: [], conflicts: [], provides: [], requires: [] }, singles: {}, bad: false };
}

/** The package of a block, or what is wrong with it. */
function packageOf({ lists, singles }: Block): SummaryPackage | string {
  const { pkgname, pkgpath, comment = '' } = singles;
  if (pkgname === undefined) return 'this block has no PKGNAME and was ignored';
  if (!isPkgname(pkgname)) return `"${printable(pkgname)}" is no name and version: the package is left out`;
  const file = singles.file ?? `${pkgname}.tgz`;
  if (!isRelativeFile(file))
    return `${pkgname} has the FILE_NAME "${printable(file)}", which is no file of the repository: it is left out`;
  const fileSize = wholeNumber(singles.fileSize);
  const size = wholeNumber(singles.size);
  const checksum = readChecksum(singles.checksum ?? '');
  return {
    pkgname,
    ...splitPkgname(pkgname),
    ...lists,
    file,
    comment,
    ...(fileSize !== undefined && { fileSize }),
    ...(size !== undefined && { size }),
    ...(checksum && { checksum }),
    ...(pkgpath !== undefined && isPkgpath(pkgpath) && { pkgpath }),
  };
}

/** Whether a text is `category/package`, as pkgsrc's tree has them. */
export function isPkgpath(text: string): boolean {
  return text.length <= 255 && PKGPATH.test(text);
}

const PKGPATH = /^[A-Za-z0-9][\w.+-]*\/[A-Za-z0-9][\w.+-]*$/;
const FILE = /^[\w+~@%][\w.+,~:@=%-]*(?:\/[\w+~@%][\w.+,~:@=%-]*)*$/;

/** Neither absolute nor out of the directory nor anything that a shell or a report could stumble over. */
function isRelativeFile(file: string): boolean {
  return file.length <= 1024 && FILE.test(file);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

function readChecksum(text: string): Checksum | undefined {
  const [, algorithm, digest] = /^([A-Za-z0-9-]{1,20})\s+([0-9A-Fa-f]{8,128})$/.exec(text) ?? [];
  if (algorithm === undefined || digest === undefined) return undefined;
  return { algorithm: algorithm.toLowerCase(), digest: digest.toLowerCase() };
}
