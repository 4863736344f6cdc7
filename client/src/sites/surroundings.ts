import type { JobRecord } from '../grid/model.ts';

/** What the work with sites needs of the process that does it. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For copies of what was fetched. */
  readonly cacheDirectory: string;
  /** Tells a person what is no error. */
  readonly note: (text: string) => void;
  /** Called with the jobs that are waited for whenever something may have changed. */
  readonly progress?: (jobs: readonly JobRecord[]) => void;
  readonly signal: AbortSignal;
}
