import type { InputFault, PayloadFile } from '../core/model.ts';
import { digest } from './digest.ts';
import { type Disk, type FileStatus, notRegular } from './disk.ts';
import { inputFault } from './input-fault.ts';

/**
 * A payload on disk: opened at the first `read`, released by `close`, and good for another round after.
 *
 * `location` is what the user knows; `real` is where it lies once links were followed.
 */
export function diskPayload(disk: Disk, location: string, real: string, status: FileStatus): PayloadFile {
  return new DiskPayload(disk, location, real, status);
}

/** A payload whose text is open in an editor: its UTF-8 bytes, before what the disk has. */
export function bufferPayload(location: string, text: string, mode: number): PayloadFile {
  const bytes = encoder.encode(text);
  const stamp = `buffer:${digest('sha1', bytes, 'base64')}`;
  return {
    location,
    stamp,
    mode,
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    close: () => undefined,
  };
}

const encoder = new TextEncoder();

/** Bytes read at once: what lies near to each other, such as the head of an ELF file and its names, is one read. */
const WINDOW = 8192;
/** A file up to this size is one read: half of all programs and libraries, and most scripts. */
const SMALL = 32_768;
/** No single answer is larger, whatever is asked. */
const LARGEST = 16 * 1024 * 1024;

/** Bytes of a file, `start` to `end`. */
class Window {
  readonly bytes: Uint8Array;
  owner: DiskPayload | undefined;
  start = 0;
  end = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
  }

  holds(owner: DiskPayload, start: number, end: number): boolean {
    return this.owner === owner && start >= this.start && end <= this.end;
  }

  part(start: number, end: number): Uint8Array {
    return this.bytes.subarray(start - this.start, Math.min(end, this.end) - this.start);
  }
}

/** Two windows for all files, one of them on the head: what they hold is only valid until the next read anyway. */
const head = new Window(SMALL);
const inner = new Window(WINDOW);

const NOTHING = new Uint8Array(0);

class DiskPayload implements PayloadFile {
  readonly location: string;
  readonly mode: number;
  readonly size: number;
  readonly #status: FileStatus;
  readonly #disk: Disk;
  readonly real: string;
  #descriptor = -1;
  #fault: InputFault | undefined;

  constructor(disk: Disk, location: string, real: string, status: FileStatus) {
    this.#disk = disk;
    this.location = location;
    this.real = real;
    this.#status = status;
    this.mode = status.mode;
    this.size = status.size;
  }

  get stamp(): string {
    return this.#status.stamp;
  }

  read(offset: number, length: number): Uint8Array {
    const end = Math.min(offset + length, this.size);
    if (!(offset >= 0 && end > offset)) return NOTHING;
    if (head.holds(this, offset, end)) return head.part(offset, end);
    if (inner.holds(this, offset, end)) return inner.part(offset, end);
    return this.#fault ? NOTHING : this.#fetch(offset, end);
  }

  close(): InputFault | undefined {
    const fault = this.#fault;
    this.#fault = undefined;
    if (head.owner === this) head.owner = undefined;
    if (inner.owner === this) inner.owner = undefined;
    if (this.#descriptor < 0) return fault;
    const closed = this.#disk.close(this.real, this.#descriptor);
    this.#descriptor = -1;
    return fault ?? (closed && { ...closed, path: this.location });
  }

  #fetch(offset: number, end: number): Uint8Array {
    if (this.#descriptor < 0 && !this.#open()) return NOTHING;
    if (this.size <= SMALL) return this.#fill(head, 0, this.size, offset, end);
    if (end - offset > WINDOW) return this.#large(offset, Math.min(end - offset, LARGEST));
    if (offset === 0) return this.#fill(head, 0, WINDOW, offset, end);
    // At the end of a file it is what stands before that is asked for next: tables of sections are the last thing.
    return this.#fill(inner, Math.min(offset, this.size - WINDOW), WINDOW, offset, end);
  }

  /** Reads into a window from `start` on, and answers `offset` to `end` of it. */
  #fill(window: Window, start: number, length: number, offset: number, end: number): Uint8Array {
    window.owner = undefined;
    const read = this.#disk.read(this.real, this.#descriptor, window.bytes, length, start);
    if (typeof read !== 'number') return this.#failed(read);
    window.owner = this;
    window.start = start;
    window.end = start + read;
    return window.part(offset, end);
  }

  #large(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const read = this.#disk.read(this.real, this.#descriptor, bytes, length, offset);
    return typeof read === 'number' ? bytes.subarray(0, read) : this.#failed(read);
  }

  #open(): boolean {
    const descriptor = this.#disk.reopen(this.real);
    if (typeof descriptor === 'number') {
      this.#descriptor = descriptor;
      return true;
    }
    this.#failed(descriptor ?? inputFault(this.real, 'ENOENT'));
    return false;
  }

  #failed(fault: InputFault): Uint8Array {
    this.#fault = { ...fault, path: this.location };
    return NOTHING;
  }
}

/** A status that may become a payload, or why not. */
export function payloadStatus(location: string, status: FileStatus): FileStatus | InputFault {
  return status.kind === 'file' ? status : notRegular(location);
}
