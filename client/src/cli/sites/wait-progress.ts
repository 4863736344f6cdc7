import type { JobRecord } from '../../grid/model.ts';
import { type Host, printableLine } from '../host.ts';

/** One line on standard error that tells what is waited for; on terminals only. */
export interface WaitProgress {
  show(jobs: readonly JobRecord[]): void;
  /** Takes the line away. */
  done(): void;
}

/** Begins to show what is waited for. */
export function waitProgress({ err }: Host): WaitProgress {
  let last = '';
  return {
    show: jobs => {
      if (!err.terminal) return;
      const line = told(jobs);
      if (line === last) return;
      last = line;
      err.write(`\r\u001b[K${printableLine(line)}`);
    },
    done: () => {
      if (last !== '') err.write('\r\u001b[K');
    },
  };
}

/** `3 jobs: 2 running, 1 waiting (north: Resources)`. */
function told(jobs: readonly JobRecord[]): string {
  if (jobs.length === 0) return '';
  const counts = new Map<string, number>();
  for (const { state } of jobs) counts.set(state, (counts.get(state) ?? 0) + 1);
  const words = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
  const [slow] = jobs.filter(job => job.reason !== '');
  const why = slow ? ` (${slow.site.name}: ${slow.reason.slice(0, 60)})` : '';
  return `waiting for ${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}: ${words}${why}`;
}
