/** Why the state of the sites cannot be used. The message says what to do. */
export interface StoreFault {
  /**
   * `busy`: another process held it too long. `unsuitable`: a file system without working locks.
   * `damaged`: the file was set aside. `newer`: written by a later version. `full`, `read-only`, `unusable`.
   */
  readonly code: 'busy' | 'unsuitable' | 'damaged' | 'newer' | 'full' | 'read-only' | 'unusable';
  readonly path: string;
  readonly message: string;
}

/** What every function of an open store rejects with when SQLite fails; nothing of the call was kept then. */
export class StoreError extends Error {
  readonly fault: StoreFault;

  constructor(fault: StoreFault) {
    super(fault.message);
    this.name = 'StoreError';
    this.fault = fault;
  }
}

/** What an error of SQLite or of the file system means; any other error is thrown on: it is a bug of ours. */
export function storeFault(error: unknown, path: string): StoreFault {
  const { code, errcode, message } = error as { code?: string; errcode?: number; message?: string };
  const words = message ?? String(error);
  if (code === 'ERR_SQLITE_ERROR' && errcode !== undefined) {
    const kind = SQLITE_CODES[errcode & 0xff] ?? 'unusable';
    return { code: kind, path, message: messageOf(kind, path, words) };
  }
  if (code !== undefined && code in SYSTEM_CODES) {
    const kind = SYSTEM_CODES[code] ?? 'unusable';
    return { code: kind, path, message: messageOf(kind, path, words) };
  }
  throw error;
}

/** A sentence that names the file and what to do. */
export function messageOf(code: StoreFault['code'], path: string, words: string): string {
  const remedies: Readonly<Record<StoreFault['code'], string>> = {
    busy: `Another process has been writing ${path} for too long: look for one that hangs, and try again`,
    unsuitable: `${path} ${words}: name a directory on a local disk with --state DIR`,
    damaged: `The state of the sites in ${path} is damaged (${words})`,
    newer: `${path} was written by a newer version of packwright: use that version, or another directory with --state DIR`,
    full: `The disk of ${path} is full, and nothing was kept of the last step: make room and run the command again; it goes on from where it was`,
    'read-only': `${path} cannot be written (${words}): give yourself permission to write it, or name another directory with --state DIR`,
    unusable: `${path} cannot be used (${words}): mend it, or name another directory with --state DIR`,
  };
  return remedies[code];
}

/** Primary result codes of SQLite. */
const SQLITE_CODES: Readonly<Record<number, StoreFault['code']>> = {
  3: 'read-only',
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  11: 'damaged',
  13: 'full',
  14: 'unusable',
  15: 'unsuitable',
  26: 'damaged',
};

const SYSTEM_CODES: Readonly<Record<string, StoreFault['code']>> = {
  EACCES: 'read-only',
  EPERM: 'read-only',
  EROFS: 'read-only',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EIO: 'unusable',
  EISDIR: 'unusable',
  EEXIST: 'unusable',
  ELOOP: 'unusable',
  ENOENT: 'unusable',
  ENOTDIR: 'unusable',
  EMFILE: 'unusable',
};
