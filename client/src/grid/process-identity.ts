import { readFileSync, readlinkSync } from 'node:fs';

/** What tells one process from every other, on this machine and others, now and after a restart. */
export interface ProcessIdentity {
  readonly host: string;
  /** Of the running kernel; absent where it cannot be had. */
  readonly boot?: string;
  /** Numbers of processes mean something only within one; absent where there is only one. */
  readonly space?: string;
  readonly pid: number;
  /** When it started, in the kernel's own words; absent where it cannot be had. */
  readonly start?: string;
}

/** The process that asks. `host` is `os.hostname()`, `pid` is `process.pid`. */
export function processIdentity(host: string, pid: number): ProcessIdentity {
  const boot = fileText('/proc/sys/kernel/random/boot_id')?.trim();
  const space = linkText('/proc/self/ns/pid');
  const start = processStart(pid)?.start;
  return { host, pid, ...(boot ? { boot } : {}), ...(space ? { space } : {}), ...(start ? { start } : {}) };
}

/** True only when it is certain that the process has ended. `me` is the process that asks. */
export function isDead(other: ProcessIdentity, me: ProcessIdentity): boolean {
  if (other.boot !== me.boot) return other.host === me.host && !!other.boot && !!me.boot;
  if (!me.boot && other.host !== me.host) return false;
  if (other.space !== me.space) return false;
  if (isAbsent(other.pid)) return true;
  const found = processStart(other.pid);
  if (!found || !other.start) return false;
  return found.start !== other.start || found.ended;
}

function isAbsent(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Fields 3 and 22 of `/proc/PID/stat` (proc(5)); the name in field 2 may hold anything. */
function processStart(pid: number): { readonly start: string; readonly ended: boolean } | undefined {
  const stat = fileText(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state && start ? { start, ended: state === 'Z' || state === 'X' } : undefined;
}

function fileText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function linkText(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
