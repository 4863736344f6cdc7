import type { Answer, Command } from './command.ts';
import type { Job, JobOutput, Placed, Sighting, Submission } from './job.ts';
import type { Site } from './site.ts';

/**
 * How one kind of batch system is spoken to.
 *
 * A back end only writes commands and reads their answers; `runner.ts` carries them out, here or through
 * ssh: ssh is no back end but a way to reach one. `mark` is the random mark of the command to write.
 */
export interface JobBackend {
  readonly name: string;
  /** One sentence for the manager. */
  readonly doc: string;
  /** Sites with the same key are one batch system: one command polls all their jobs. */
  systemOf(site: Site): string;
  /** Idempotent: the same job id never becomes two jobs. */
  submit(job: Job, site: Site, mark: string): Command;
  /** Asks whether a job of this id is known: after an ambiguous failure, and at start. */
  find(job: Placed & { readonly name: string }, site: Site, mark: string): Command;
  /** Reads the answer of `submit` and of `find`. */
  submissionIn(answer: Answer): Submission;
  /** Asks after all of them at once; they are of one batch system. */
  poll(jobs: readonly Placed[], site: Site, mark: string): Command;
  /** Job id -> what was seen; a job that is missing was not asked about successfully. */
  sightingsIn(answer: Answer): ReadonlyMap<string, Sighting>;
  /** Brings what the job wrote so far, finished or not. */
  fetch(job: Placed, site: Site, mark: string): Command;
  /** `undefined`: nothing could be read; try again. */
  outputIn(answer: Answer): JobOutput | undefined;
  /** A request: the job's end is seen by polling. */
  cancel(job: Placed, site: Site, mark: string): Command;
  /** Removes what is kept of ended jobs at the submit host. */
  purge(jobs: readonly Placed[], site: Site, mark: string): Command;
}
