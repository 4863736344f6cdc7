import { statSync } from 'node:fs';
import { openSitesFile, type SitesOpening } from './sites-place.ts';

/** A sites file that is read again whenever it changed. */
export interface SitesWatch {
  /** What the file says now; the same value as long as it does not change. */
  current(): SitesOpening;
}

/** Watches the file of an absolute path: looking is cheap, and tells on every file system. */
export function watchSites(path: string): SitesWatch {
  let seen: string | undefined;
  let opening: SitesOpening;
  return {
    current() {
      const stamp = stampOf(path);
      if (stamp !== seen) opening = openSitesFile(path);
      seen = stamp;
      return opening;
    },
  };
}

function stampOf(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
