import { readFileSync, statSync } from 'node:fs';

/** The text of a regular file; a sentence without the path where it cannot be had. */
export function textIn(path: string): { readonly text: string } | string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return 'is not there';
    if (!stats.isFile()) return 'is no regular file';
    if (stats.size > LARGEST) return `has ${stats.size} bytes, more than are read`;
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code}); see to its permissions`;
  }
}

/** Whether a path is a directory. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** Whether a path is a regular file, or a link to one. */
export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}

const LARGEST = 256 * 1024 * 1024;
