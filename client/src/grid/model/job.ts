import type { Site } from './site.ts';

/** What can be asked of a site. `unlock` breaks a lock that a person has judged. */
export type Verb = 'probe' | 'audit' | 'install' | 'remove' | 'update' | 'upgrade' | 'unlock';

/** What one job is to do. Two requests are equal when their canonical JSON is. */
export interface Request {
  readonly verb: Verb;
  /** Package patterns (`greet`, `greet>=1.1`, `greet-1.1`), sorted; empty where the verb takes none. */
  readonly packages: readonly string[];
  /** Report what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** For `unlock`: the owner that the person saw, as the lock names it. */
  readonly lockOwner?: string;
}

/** Where a job stands; `transition` in `status.ts` is the only way from one to the next. */
export type JobState =
  | 'queued'
  | 'submitting'
  | 'waiting'
  | 'running'
  | 'collecting'
  | 'unreachable'
  | 'maintenance'
  | 'done'
  | 'failed'
  | 'lost'
  | 'cancelled'
  | 'refused';

/** A job as it is kept: everything needed to move it on, whoever does it. Times are milliseconds since 1970. */
export interface JobRecord {
  /** 32 hexadecimal digits, random; the site sees it. */
  readonly id: string;
  readonly site: Site;
  readonly request: Request;
  readonly state: JobState;
  /** Why it is in this state: one plain sentence, and what to do when something can be done. */
  readonly reason: string;
  /** Marks the lines of its report; 32 hexadecimal digits, never shown at the site before the job runs. */
  readonly nonce: string;
  /** What the batch system calls it. */
  readonly ticket?: string;
  readonly queuedAt: number;
  readonly submittedAt?: number;
  readonly endedAt?: number;
  /** When `state` began. */
  readonly since: number;
  /** Nothing is tried before. */
  readonly notBefore: number;
  /** Someone asked to cancel it. */
  readonly cancelRequested: boolean;
  /** Attempts in a row that did not reach the site. */
  readonly failures: number;
  /** Host name and process of the driver that is submitting it. */
  readonly owner?: string;
}

/** What a back end submits. */
export interface Job {
  readonly id: string;
  /** Name for the batch system: equal for all jobs of a site, so that it can serialize them too. */
  readonly name: string;
  /** Complete POSIX shell text. */
  readonly script: string;
  readonly wallMinutes: number;
}

/** What the batch system calls a job: one line without white space. */
export type Ticket = string;

/** What a back end needs to ask after a job that was submitted. */
export interface Placed {
  readonly id: string;
  readonly ticket?: Ticket;
}

/** What came of a submission, or of looking for one. */
export type Submission =
  | { readonly kind: 'accepted'; readonly ticket: Ticket }
  /** Certain: the batch system has no job of this id, and none is on its way. */
  | { readonly kind: 'absent' }
  /** Certain: the batch system said no. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** Nothing is known: look again with `find`. */
  | { readonly kind: 'unsure'; readonly reason: string };

/** What a poll said of one job. */
export interface Sighting {
  /**
   * `gone`: the batch system does not know it and it left no result. `unknown`: this answer proves nothing;
   * `silent` when that is because the batch system did not answer.
   */
  readonly state: 'waiting' | 'running' | 'ended' | 'gone' | 'unknown';
  /** How it ended, when the batch system or the job's own result says so. */
  readonly end?: JobEnd;
  readonly silent?: true;
  /** The batch system's words: why it waits, why it ended. */
  readonly reason?: string;
  /** Where it runs. */
  readonly node?: string;
}

/** How a job ended, as far as the submit host knows. */
export interface JobEnd {
  readonly how: 'exited' | 'cancelled' | 'timeout' | 'node-failed' | 'killed';
  /** Exit code of the job's script. */
  readonly exit?: number;
}

/** What was fetched of a job. */
export interface JobOutput {
  readonly end?: JobEnd;
  /** Standard output, cut at the limit; untrusted. */
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}
