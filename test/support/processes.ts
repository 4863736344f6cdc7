import { readdirSync, readFileSync } from 'node:fs';

/** Processes below one, deepest last; those whose name begins with `name`, or all. */
export function descendants(pid: number, name = ''): readonly number[] {
  const children = new Map<number, { readonly pid: number; readonly name: string }[]>();
  for (const entry of readdirSync('/proc')) {
    const found = /^\d+$/.test(entry) && /^\d+ \((.*)\) (\S) (\d+) /s.exec(procStat(entry));
    if (!found || found[2] === 'Z') continue;
    const parent = Number(found[3]);
    children.set(parent, [...(children.get(parent) ?? []), { pid: Number(entry), name: found[1]! }]);
  }
  const below = (top: number): readonly number[] =>
    (children.get(top) ?? []).flatMap(child => [
      ...(child.name.startsWith(name) ? [child.pid] : []),
      ...below(child.pid),
    ]);
  return below(pid);
}

/** Waits for a condition, ten seconds at most unless the test knows better. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 10_000,
): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Words of a process' command line; none when it has ended. */
export function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Every process of this machine that we may see. */
export function processes(): readonly number[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .map(Number);
}

function procStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

/** Sends a signal to those that are still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has just ended.
    }
  }
}
