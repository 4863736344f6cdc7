import {
  closeSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** A proto area made of files of this machine, by kind. */
export interface MixedArea {
  readonly directory: string;
  readonly manifest: string;
  /** Absolute paths in the area. */
  readonly elf: readonly string[];
  readonly python: readonly string[];
  readonly shell: readonly string[];
}

/** Directories in which ELF files, Python files and scripts lie. */
const PLACES = ['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/libexec', '/usr/share', '/usr/local', '/opt'];
/** Larger ones are left out, so that copying does not take all the time (bytes). */
const LARGEST = 2_000_000;

type Kind = 'elf' | 'python' | 'shell';

/** Copies so many files of each kind into a directory and writes a manifest for them; fewer where there are fewer. */
export function mixedArea(work: string, wanted: Readonly<Record<Kind, number>>): MixedArea {
  const found: Record<Kind, string[]> = { elf: [], python: [], shell: [] };
  for (const place of PLACES) visit(place, path => take(path, found, wanted));
  const directory = join(work, 'proto');
  const copied: Record<Kind, string[]> = { elf: [], python: [], shell: [] };
  const lines = ['set name=pkg.fmri value=pkg:/bench/mixed@1.0'];
  for (const kind of ['elf', 'python', 'shell'] as const) {
    for (const path of found[kind]) {
      const copy = join(directory, path);
      mkdirSync(dirname(copy), { recursive: true });
      copyFileSync(path, copy);
      copied[kind].push(copy);
      lines.push(`file path=${path.slice(1)} owner=root group=bin mode=0555`);
    }
  }
  const manifest = join(work, 'mixed.p5m');
  writeFileSync(manifest, `${lines.join('\n')}\n`);
  return { directory, manifest, ...copied };
}

function take(path: string, found: Record<Kind, string[]>, wanted: Readonly<Record<Kind, number>>): void {
  const kind = kindOf(path);
  if (kind && found[kind].length < wanted[kind]) found[kind].push(path);
}

function kindOf(path: string): Kind | undefined {
  if (path.endsWith('.py')) return 'python';
  const head = headOf(path);
  if (head.startsWith('\x7fELF')) return 'elf';
  return /^#!\s*\S*\/(?:ba|da)?sh\b/.test(head) ? 'shell' : undefined;
}

function headOf(path: string): string {
  const bytes = Buffer.alloc(32);
  try {
    const file = openSync(path, 'r');
    readSync(file, bytes, 0, bytes.length, 0);
    closeSync(file);
  } catch {
    return '';
  }
  return bytes.toString('latin1');
}

function visit(directory: string, each: (path: string) => void): void {
  for (const name of listed(directory)) {
    const path = `${directory}/${name}`;
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory()) visit(path, each);
    else if (status?.isFile() && status.size < LARGEST && /^[\w./+-]+$/.test(path)) each(path);
  }
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}
