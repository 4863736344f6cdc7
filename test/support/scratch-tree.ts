import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory for one test, made of one string in the manner of txtar; `(mode=0555)` behind a name sets the mode. */
export class ScratchTree {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'packwright-')));

  constructor(source = '') {
    const parts = source.replace(/^\n/, '').split(/^-- (\S+)(?: \(mode=(\d+)\))? --\n/m);
    for (let at = 1; at < parts.length; at += 3)
      this.write(parts[at] ?? '', parts[at + 2] ?? '', parts[at + 1]);
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** Writes a file below the root. */
  write(name: string, text: string, mode?: string): void {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (mode) chmodSync(path, Number.parseInt(mode, 8));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
