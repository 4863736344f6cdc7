import { type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isCheckable } from './manifest-file.ts';

/** What the arguments of a command name. All paths are absolute. */
export interface Targets {
  /** Manifests and settings files that are named themselves. */
  readonly files: readonly string[];
  /** Directories whose manifests are meant. */
  readonly directories: readonly string[];
  /** Roots of what lies below no `packwright.yaml`. */
  readonly folders: readonly string[];
  /** What cannot be worked with, and why. */
  readonly problems: readonly string[];
}

/** Sorts paths into files and directories; none means the current directory. */
export function targetsOf(paths: readonly string[], cwd: string): Targets {
  const files = new Set<string>();
  const directories = new Set<string>();
  const folders = new Set<string>();
  const problems: string[] = [];
  for (const path of paths.length > 0 ? paths : ['.']) {
    const absolute = resolve(cwd, path);
    const kind = kindOf(absolute);
    if (kind === 'directory') {
      directories.add(absolute);
      folders.add(absolute);
    } else if (kind === 'file') {
      files.add(absolute);
      folders.add(absolute.startsWith(`${cwd}/`) ? cwd : dirname(absolute));
    } else problems.push(`${path}: ${kind}`);
  }
  return { files: [...files], directories: [...directories], folders: [...folders], problems };
}

/** `file`, `directory`, or what is wrong. */
function kindOf(path: string): string {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code}); see to its permissions`;
  }
  if (!found) return 'no such file or directory';
  if (found.isDirectory()) return 'directory';
  if (!found.isFile()) return 'is neither a file nor a directory';
  return isCheckable(path) ? 'file' : 'is no manifest: their names end in .p5m or .mog';
}
