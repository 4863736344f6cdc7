import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Writes the files of a fixture (`-- path --`, `-- path (mode=0555) --`) into a new directory, calls
 * `use` with it and removes it.
 */
export async function inTree<T>(source: string, use: (root: string) => T | Promise<T>): Promise<T> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'packwright-cli-')));
  try {
    const parts = source.replace(/^\n/, '').split(/^-- (\S+)(?: \(mode=(\d+)\))? --\n/m);
    for (let at = 1; at < parts.length; at += 3) {
      const path = join(root, parts[at] ?? '');
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, parts[at + 2] ?? '');
      chmodSync(path, Number.parseInt(parts[at + 1] ?? '0644', 8));
    }
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
