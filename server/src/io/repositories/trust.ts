import type { InputFault } from '../../core/model.ts';
import { type DirectoryEntry, Disk, type FileStatus } from '../disk.ts';
import { isWithin } from '../paths.ts';

/** A disk on which everything outside of a directory is a fault, also where a link leads there. */
export class ConfinedDisk extends Disk {
  readonly #disk: Disk;
  readonly #within: string;

  constructor(disk: Disk, within: string) {
    super();
    this.#disk = disk;
    this.#within = within;
  }

  override note(path: string): void {
    this.#disk.note(path);
  }

  override status(path: string): FileStatus | InputFault | undefined {
    return this.#outside(path) ?? this.#disk.status(path);
  }

  override linkStatus(path: string): FileStatus | InputFault | undefined {
    return this.#outside(path) ?? this.#disk.linkStatus(path);
  }

  override realPath(path: string): string | InputFault | undefined {
    return this.#disk.realPath(path);
  }

  override list(path: string): readonly DirectoryEntry[] | InputFault | undefined {
    return this.#outside(path) ?? this.#disk.list(path);
  }

  override reopen(path: string): number | InputFault | undefined {
    return this.#outside(path) ?? this.#disk.reopen(path);
  }

  override text(path: string): { readonly text: string; readonly stamp: string } | InputFault | undefined {
    return this.#outside(path) ?? this.#disk.text(path);
  }

  #outside(path: string): InputFault | undefined {
    const real = this.#disk.realPath(path);
    if (isWithin(typeof real === 'string' ? real : path, this.#within)) return undefined;
    const message = 'lies outside the workspace, which is not trusted; trust the workspace to have it asked';
    return { code: 'unreachable', path, message };
  }
}
