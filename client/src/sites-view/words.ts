import type { JobLine } from '../sites/worker-protocol.ts';

/** `1 package`, `3 packages`. */
export function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}

/** A time of the same day as `16:31`, any other as `18 Nov 16:31`, of another year with it. */
export function since(time: Date, now: Date): string {
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === now.toDateString()) return clock;
  const day = `${time.getDate()} ${MONTHS[time.getMonth()]}`;
  return time.getFullYear() === now.getFullYear() ? `${day} ${clock}` : `${day} ${time.getFullYear()}`;
}

/** `install greet libgreet`, with no more than a few packages. */
export function jobText({ verb, packages, dryRun }: Pick<JobLine, 'verb' | 'packages' | 'dryRun'>): string {
  const shown = packages.slice(0, MOST_NAMED).join(' ');
  const more = packages.length > MOST_NAMED ? ` and ${packages.length - MOST_NAMED} more` : '';
  return [verb, shown].filter(Boolean).join(' ') + more + (dryRun ? ' (dry run)' : '');
}

/** `a, b and 3 more`. */
export function listed(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

const MOST_NAMED = 4;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(value: number): string {
  return String(value).padStart(2, '0');
}
