import type { JobState } from './model.ts';

/** What can happen to a job. */
export type JobEvent =
  /** The site is not to be troubled now. */
  | 'hold'
  /** It may be troubled again. */
  | 'release'
  /** A driver made it its own and is about to send it. */
  | 'submit'
  /** The batch system took it: there is a ticket. */
  | 'accepted'
  /** The batch system, the credentials or the preparation said no; nothing was sent. */
  | 'rejected'
  /** The site could not be reached: certainly nothing was sent, or a job that was sent could not be asked after. */
  | 'unreached'
  /** Certain: the batch system has no such job. */
  | 'absent'
  | 'seen-waiting'
  | 'seen-running'
  /** The batch system says that it ended. */
  | 'ended'
  /** The batch system does not know it any more, more than once. */
  | 'gone'
  | 'collected-ok'
  | 'collected-failed'
  | 'collected-refused'
  /** Its output says that it was cut off because someone cancelled it. */
  | 'collected-cancelled'
  /** Its output, which was tried to be had, does not say what became of it, and nobody else knows. */
  | 'collected-nothing'
  /** Ended before anything was sent. */
  | 'cancel';

/** The state after an event; `undefined`: the event means nothing in this state. Final states have no exits. */
export function transition(state: JobState, event: JobEvent): JobState | undefined {
  return TABLE[state][event];
}

/** A job in one of these is at its site, or may be: there is at most one of them per site. */
export const ACTIVE_STATES = [
  'submitting',
  'waiting',
  'running',
  'collecting',
  'unreachable',
] as const satisfies readonly JobState[];

/** Not yet sent, in turn. */
export const QUEUED_STATES = ['queued', 'maintenance'] as const satisfies readonly JobState[];

/** Nothing happens to a job in one of these any more. */
export const FINAL_STATES = [
  'done',
  'failed',
  'lost',
  'cancelled',
  'refused',
] as const satisfies readonly JobState[];

/** Whether nothing happens to the job any more. */
export function isFinal(state: JobState): boolean {
  return Object.keys(TABLE[state]).length === 0;
}

type Row = Readonly<Partial<Record<JobEvent, JobState>>>;

const NOT_SENT: Row = {
  cancel: 'cancelled',
  rejected: 'refused',
  submit: 'submitting',
  unreached: 'unreachable',
};

const SIGHTINGS: Row = {
  'seen-waiting': 'waiting',
  'seen-running': 'running',
  ended: 'collecting',
  gone: 'collecting',
  unreached: 'unreachable',
};

/**
 * `unreachable` covers a job that was certainly not sent (it has no ticket) and one that cannot be asked
 * after (it has one); the caller sees to it that only the former is sent, refused, held or cancelled.
 */
const TABLE: Readonly<Record<JobState, Row>> = {
  queued: { ...NOT_SENT, hold: 'maintenance' },
  maintenance: { cancel: 'cancelled', release: 'queued' },
  submitting: { accepted: 'waiting', rejected: 'refused', absent: 'queued', unreached: 'unreachable' },
  waiting: SIGHTINGS,
  running: SIGHTINGS,
  unreachable: { ...SIGHTINGS, ...NOT_SENT, absent: 'queued' },
  collecting: {
    'collected-ok': 'done',
    'collected-failed': 'failed',
    'collected-refused': 'refused',
    'collected-cancelled': 'cancelled',
    'collected-nothing': 'lost',
  },
  done: {},
  failed: {},
  lost: {},
  cancelled: {},
  refused: {},
};
