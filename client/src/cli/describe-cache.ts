import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What lies in the cache directory, in words: the directory, how many indexes, how much. */
export function describeCache(directory: string): string {
  try {
    const sizes = readdirSync(directory).map(name => statSync(join(directory, name)).size);
    const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
    return `${directory}: ${sizes.length} file${sizes.length === 1 ? '' : 's'}, ${megabytes.toFixed(1)} MB`;
  } catch {
    return `${directory}: nothing there yet`;
  }
}
