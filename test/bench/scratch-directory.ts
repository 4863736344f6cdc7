import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new directory, in memory where the machine has such a place: it is not the disk that is measured. */
export function scratchDirectory(): string {
  return mkdtempSync(join(inMemory('/dev/shm') ? '/dev/shm' : tmpdir(), 'packwright-bench-'));
}

function inMemory(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
