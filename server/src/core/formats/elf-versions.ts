import { type ByteSource, u16, u32 } from './byte-source.ts';
import type { ElfLayout } from './elf-layout.ts';

/** The versions that a file asks of one library. Names are places in the string table. */
export interface VersionNeed {
  readonly library: number;
  /** Those without which the run-time linker refuses the library. */
  readonly versions: readonly number[];
}

/** Where the first record lies in the file, and how many there are. */
export interface VersionTable {
  readonly offset: number;
  readonly count: number;
}

/**
 * What `DT_VERNEED` asks for (`sys/link.h`, `Verneed` and `Vernaux`, the same in both classes).
 *
 * Left out is what ld.so.1 does not insist on: weak versions, and those that are only there as
 * information because another version inherits them.
 */
export function versionNeeds(
  source: ByteSource,
  table: VersionTable,
  layout: ElfLayout,
  faults: string[],
): readonly VersionNeed[] {
  const records = new Records(source, layout, 'needed versions', faults);
  const needs: VersionNeed[] = [];
  records.follow(table, NEED, at => {
    const versions: number[] = [];
    const entries = { offset: at + records.word(at + 8), count: records.half(at + 2) };
    const library = records.word(at + 4);
    records.follow(entries, NEED_ENTRY, entry => {
      if ((records.half(entry + 4) & OPTIONAL) === 0) versions.push(records.word(entry + 8));
    });
    needs.push({ library, versions });
  });
  return needs;
}

/** Names of what `DT_VERDEF` defines (`Verdef`, `Verdaux`), the file's own name, its base version, included. */
export function versionDefinitions(
  source: ByteSource,
  table: VersionTable,
  layout: ElfLayout,
  faults: string[],
): readonly number[] {
  const records = new Records(source, layout, 'defined versions', faults);
  const names: number[] = [];
  records.follow(table, DEFINITION, at => {
    // The first name is its own, the others are those of the versions that it inherits.
    const own = at + records.word(at + 12);
    if (records.holds(own, 8)) names.push(records.word(own));
  });
  return names;
}

/** One kind of record: its bytes, and where in it the distance to the next one stands. */
interface Shape {
  readonly size: number;
  readonly next: number;
  /** Whether it begins with a revision, which is 1 everywhere. */
  readonly revision: boolean;
}

const NEED: Shape = { size: 16, next: 12, revision: true };
const NEED_ENTRY: Shape = { size: 16, next: 12, revision: false };
const DEFINITION: Shape = { size: 20, next: 16, revision: true };

const VER_FLG_WEAK = 2;
/** Of Solaris. */
const VER_FLG_INFO = 4;
const OPTIONAL = VER_FLG_WEAK | VER_FLG_INFO;

/** Records read of one table; libc of illumos defines some 100 versions, glibc 50. */
const MOST_RECORDS = 4096;
/** Names of versions usually end right before the records. */
const BEFORE = 4096;
const AHEAD = 1024;

/** The linked records of one table. What is out of range is one fault, and ends the chain that leads there. */
class Records {
  readonly #source: ByteSource;
  readonly #bigEndian: boolean;
  readonly #what: string;
  readonly #faults: string[];
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #left = MOST_RECORDS;

  constructor(source: ByteSource, { bigEndian }: ElfLayout, what: string, faults: string[]) {
    this.#source = source;
    this.#bigEndian = bigEndian;
    this.#what = what;
    this.#faults = faults;
  }

  /** Calls `visit` with the place of each record; distances are unsigned, so that no chain comes back. */
  follow({ offset, count }: VersionTable, shape: Shape, visit: (at: number) => void): void {
    let at = offset;
    for (let index = 0; index < count; index++) {
      if (!this.#isSound(at, shape)) return;
      visit(at);
      // What `visit` read may have moved the window.
      if (!this.holds(at, shape.size)) return;
      const distance = this.word(at + shape.next);
      if (distance === 0) return;
      at += distance;
    }
  }

  /** Makes bytes readable; false, and a fault, where the file has none. */
  holds(at: number, length: number): boolean {
    if (at >= this.#start && at + length <= this.#start + this.#bytes.length) return true;
    this.#start = Math.max(0, at - BEFORE);
    this.#bytes = this.#source.read(this.#start, at - this.#start + AHEAD);
    if (at + length <= this.#start + this.#bytes.length) return true;
    // Otherwise it could not be read, which is for the payload to report.
    if (at + length > this.#source.size) this.#fault(`lie beyond the end of the file, at offset ${at}`);
    return false;
  }

  half(at: number): number {
    return u16(this.#bytes, at - this.#start, this.#bigEndian);
  }

  word(at: number): number {
    return u32(this.#bytes, at - this.#start, this.#bigEndian);
  }

  #isSound(at: number, shape: Shape): boolean {
    if (this.#left-- <= 0) return this.#fault(`are more than ${MOST_RECORDS}; the rest is not looked at`);
    if (!this.holds(at, shape.size)) return false;
    const revision = shape.revision ? this.half(at) : 1;
    return revision === 1 || this.#fault(`have a record of revision ${revision} at offset ${at}`);
  }

  #fault(how: string): false {
    const message = `its ${this.#what} ${how}`;
    if (!this.#faults.some(fault => fault.startsWith(`its ${this.#what} `))) this.#faults.push(message);
    return false;
  }
}
