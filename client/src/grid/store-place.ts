import { closeSync, mkdirSync, openSync, readdirSync, renameSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf, type StoreFault, storeFault } from './store-fault.ts';

const FILE = 'sites.sqlite';

/** The file of the store in a directory, both made where they are missing; or why it cannot be there. */
export function storePlace(directory: string): { readonly file: string } | { readonly fault: StoreFault } {
  const file = join(directory, FILE);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const remote = sharedFileSystem(statfsSync(directory).type);
    if (remote) return { fault: unsuitable(directory, `is on ${remote}, where locks cannot be relied on`) };
    closeSync(openSync(file, 'a', 0o600));
    return { file };
  } catch (error) {
    return { fault: storeFault(error, file) };
  }
}

/** The fault of a directory that cannot hold a store; `why` completes "DIRECTORY ...". */
export function unsuitable(directory: string, why: string): StoreFault {
  return { code: 'unsuitable', path: directory, message: messageOf('unsuitable', directory, why) };
}

/** Name of a file system that other machines write too, by its `statfs(2)` type. */
export function sharedFileSystem(type: number): string | undefined {
  return SHARED[type];
}

/** The file's number on its disk: tells whether it is still the one that was opened. */
export function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

/**
 * Renames a damaged file with what belongs to it, unless another process has done so. Nothing is deleted.
 * `time` is milliseconds since 1970.
 */
export function setAside(file: string, inode: number, time: number, why: string): StoreFault {
  try {
    const kept = renamed(file, inode, time);
    const message =
      `The state of the sites in ${file} was damaged (${why}) and is kept as ${kept}. ` +
      'Its jobs are not followed any more: see at the sites which of them still run, then run the command ' +
      `again to begin anew, or put back a backup. What is readable in it: sqlite3 ${kept} .recover`;
    return { code: 'damaged', path: kept, message };
  } catch (error) {
    return storeFault(error, file);
  }
}

function renamed(file: string, inode: number, time: number): string {
  if (inodeOf(file) !== inode)
    return setAsideFiles(dirname(file)).find(name => name.endsWith(`-${inode}`)) ?? file;
  const stamp = new Date(time).toISOString().replaceAll(':', '').slice(0, 17);
  const kept = `${file}.damaged-${stamp}-${inode}`;
  for (const suffix of ['-wal', '-shm', ''])
    if (inodeOf(file + suffix) !== undefined) renameSync(file + suffix, kept + suffix);
  return kept;
}

/** Damaged files that were set aside earlier. */
export function setAsideFiles(directory: string): readonly string[] {
  const ours = /^sites\.sqlite\.damaged-[\w.-]*\d$/;
  return readdirSync(directory)
    .filter(name => ours.test(name))
    .sort()
    .map(name => join(directory, name));
}

const SHARED: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4266872130: 'SMB',
  4283649346: 'CIFS',
  16914839: '9P',
  1397113167: 'AFS',
  198183888: 'Lustre',
  1196443219: 'GPFS',
  428016422: 'BeeGFS',
  12805120: 'Ceph',
};
