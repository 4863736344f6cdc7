import type { Command, Job, Placed, Site } from '../model.ts';
import { printing, quoted } from './quoted.ts';
import jobs from './spool/jobs.sh';
import processes from './spool/process.sh';
import runner from './spool/runner.sh';
import spool from './spool/spool.sh';
import submit from './spool/submit.sh';

/** How one batch system is spoken to inside the wrapper script, and for how long at most. */
export interface Dialect {
  /** Shell text that defines `batch_submit`, `batch_find`, `batch_poll`, `batch_fetch`, `batch_cancel`, `batch_alone`. */
  readonly shell: string;
  /** Shell text with what the site says; every value in it went through `quoted`. */
  readonly given: string;
  /** Seconds that the batch system's own commands may take in the worst case, beside those of the wrapper. */
  readonly patience: { readonly submit: number; readonly ask: number };
}

/** What is kept of a job's outputs, see `spool/jobs.sh`, and some room for the lines around them. */
const OUTPUT_BYTES = 10 * 1024 * 1024;
const TEXT_BYTES = 64 * 1024;

/** Submits a job: the same id twice, at whatever time, is one job. */
export function submitCommand(dialect: Dialect, job: Job, site: Site, mark: string): Command {
  const seconds = Math.max(1, Math.round(job.wallMinutes * 60));
  const minutes = Math.max(1, Math.ceil(job.wallMinutes));
  return wrapped(dialect, site, mark, {
    data: [
      // As `printing`, but it never looks into the text: that alone would copy all of it.
      `job_script() {\ncat <<'${mark}-script'\n${job.script}\n${mark}-script\n}\n`,
      printing('runner_text', `${processes}\n${runner}`, `${mark}-runner`),
    ],
    call: ['submit', plainId(job.id), job.name, `${seconds}`, `${minutes}`],
    seconds: dialect.patience.submit + 30,
    maxBytes: TEXT_BYTES,
  });
}

/** Looks for the job of an id, and settles that nothing of it will run when there is none. */
export function findCommand(
  dialect: Dialect,
  job: Placed & { readonly name: string },
  site: Site,
  mark: string,
): Command {
  return wrapped(dialect, site, mark, {
    call: ['find_job', plainId(job.id), job.name],
    seconds: dialect.patience.ask + 30,
    maxBytes: TEXT_BYTES,
  });
}

/** Asks after all jobs of a batch system at once. */
export function pollCommand(dialect: Dialect, placed: readonly Placed[], site: Site, mark: string): Command {
  return wrapped(dialect, site, mark, {
    data: [printing('job_list', jobLines(placed), `${mark}-jobs`)],
    call: ['poll'],
    seconds: dialect.patience.ask + 30 + Math.ceil(placed.length / 20),
    maxBytes: 1024 * 1024 + placed.length * 8192,
  });
}

/** Brings what a job wrote so far. */
export function fetchCommand(dialect: Dialect, job: Placed, site: Site, mark: string): Command {
  return wrapped(dialect, site, mark, {
    call: ['fetch', plainId(job.id), ticketWord(job)],
    seconds: dialect.patience.ask + 300,
    maxBytes: OUTPUT_BYTES,
  });
}

/** Asks a job to end, and keeps one that has not started from starting. */
export function cancelCommand(dialect: Dialect, job: Placed, site: Site, mark: string): Command {
  return wrapped(dialect, site, mark, {
    call: ['cancel', plainId(job.id), ticketWord(job)],
    seconds: dialect.patience.ask + 60,
    maxBytes: TEXT_BYTES,
  });
}

/** Removes the directories of jobs that have ended. */
export function purgeCommand(dialect: Dialect, placed: readonly Placed[], site: Site, mark: string): Command {
  return wrapped(dialect, site, mark, {
    data: [printing('job_list', jobLines(placed), `${mark}-jobs`)],
    call: ['purge'],
    seconds: 60 + placed.length,
    maxBytes: TEXT_BYTES + placed.length * 64,
  });
}

/** What identifies the spool of a site and the account that owns it. */
export function placeOf(site: Site): readonly (string | undefined)[] {
  return [site.host?.destination, site.host?.config, site.spool];
}

const WRAPPER = [processes, spool, submit, jobs].join('\n');

interface Call {
  readonly data?: readonly string[];
  readonly call: readonly string[];
  readonly seconds: number;
  readonly maxBytes: number;
}

/**
 * The whole script. Everything before the last line only defines, and the last line is no command before its
 * last character: a script that was cut off in transfer does nothing.
 */
function wrapped(dialect: Dialect, site: Site, mark: string, call: Call): Command {
  if (!/^[A-Za-z0-9]{8,64}$/.test(mark)) throw new RangeError('A mark has 8 to 64 letters and digits.');
  const parts = [
    `mark=${mark}`,
    `spool=${quoted(site.spool ?? '')}`,
    WRAPPER,
    dialect.given,
    dialect.shell,
    ...(call.data ?? []),
    `{ serve ${call.call.map(quoted).join(' ')} </dev/null; }`,
    '',
  ];
  // Added up, not joined: a long job is then copied once only, when it is sent.
  const script = parts.reduce((text, part) => `${text}\n${part}`);
  return {
    kind: 'script',
    ...(site.host && { host: site.host }),
    script,
    mark,
    seconds: call.seconds,
    maxBytes: call.maxBytes,
  };
}

const jobLines = (placed: readonly Placed[]): string =>
  placed.map(job => `${plainId(job.id)} ${ticketWord(job)}\n`).join('');

/** An id goes into paths and patterns of the script, so it must be of the one shape that ids have. */
function plainId(id: string): string {
  if (!/^[0-9a-f]{8,64}$/.test(id)) throw new RangeError(`Not the id of a job: ${id}`);
  return id;
}

/** A ticket came from a batch system: what cannot be one is not sent back to it. */
function ticketWord(job: Placed): string {
  return job.ticket !== undefined && isTicket(job.ticket) ? job.ticket : '-';
}

/** Whether a text can be a ticket: printable, no white space, no pattern of a shell, and no option of a command. */
export const isTicket = (text: string): boolean =>
  /^(?!-)[^\s*?[\\]{1,200}$/.test(text) && /^[!-~]+$/.test(text);
