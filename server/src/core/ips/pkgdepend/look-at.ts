import { elfRecords } from './elf-records.ts';
import { type Looked, type LookingAt, NOTHING } from './looking.ts';
import { scriptRecords } from './script-records.ts';
import { isServiceManifest, type ServiceIndex, smfRecords, textOf } from './smf-records.ts';

/** What pkgdepend takes a file for by its first bytes and its name (`os_sunos.py`). */
export type FileKind = 'elf' | 'script' | 'service manifest' | 'XML document' | 'empty file' | 'other file';

/** Tells what a payload is. */
export function kindOfFile(file: LookingAt): FileKind {
  const { found, location } = file;
  if (found.size === 0) return 'empty file';
  const head = found.read(0, 4);
  if (head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46) return 'elf';
  if (head[0] === 0x23 && head[1] === 0x21) return 'script';
  if (!location.endsWith('.xml')) return 'other file';
  return isServiceManifest(location, () => textOf(file)) ? 'service manifest' : 'XML document';
}

/** Whether `lookAt` has something to say of such files. */
export function isLookedAt(kind: FileKind): boolean {
  return kind === 'elf' || kind === 'script' || kind === 'service manifest';
}

/** What a file needs, by its kind. */
export function lookAt(kind: FileKind, file: LookingAt, services: () => ServiceIndex): Looked {
  if (kind === 'elf') return elfRecords(file);
  if (kind === 'script') return scriptRecords(file);
  return kind === 'service manifest' ? smfRecords(file, services) : NOTHING;
}
