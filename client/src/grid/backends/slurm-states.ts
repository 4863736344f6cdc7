import type { JobEnd, Sighting } from '../model.ts';
import { ownResult, withCode } from './own-result.ts';
import { type SpoolFacts, type SpoolLine, sentence, spoolFacts } from './spool-answer.ts';

/**
 * Job id -> what the lines of a poll (`batch_poll` in `spool/slurm.sh`) say. The job's own result counts most,
 * then the controller's word, then accounting; a job is gone only when all of them were asked and know nothing.
 */
export function slurmSightings(lines: readonly SpoolLine[]): ReadonlyMap<string, Sighting> {
  const said = saidIn(lines);
  return new Map([...spoolFacts(lines).values()].map(facts => [facts.id, sightingOf(facts, said)]));
}

/** What Slurm says of a job. */
interface SlurmWord {
  readonly state: string;
  readonly exit?: { readonly code: number; readonly signal: number };
  readonly node?: string;
  readonly reason?: string;
}

interface Said {
  /** Why the queue could not be asked. */
  readonly failed?: string;
  /** Job number -> line of squeue. */
  readonly queue: ReadonlyMap<string, SlurmWord>;
  /** Job id -> what scontrol said. */
  readonly shown: ReadonlyMap<string, SlurmWord | 'unknown job' | { readonly failed: string }>;
  readonly accounts: ReadonlyMap<string, SlurmWord>;
  readonly accountsFailed?: string;
}

function saidIn(lines: readonly SpoolLine[]): Said {
  const textOf = (word: string) => lines.find(line => line.word === word)?.texts[0];
  const failed = textOf('queue-failed');
  const accountsFailed = textOf('account-failed');
  const rows = (word: string) =>
    lines.flatMap(line => (line.word === word ? [line.texts[0]?.split('|') ?? []] : []));
  return {
    ...(failed !== undefined && { failed: sentence(failed) }),
    queue: new Map(rows('queue').map(([number = '', ...rest]) => [number, queueWord(rest)])),
    shown: new Map(
      lines.flatMap(({ word, texts: [id = '', code, text = ''] }) =>
        word === 'show' ? [[id, shownWord(code, text)] as const] : [],
      ),
    ),
    accounts: new Map(rows('account').map(([number = '', ...rest]) => [number, accountWord(rest)])),
    ...(accountsFailed !== undefined && { accountsFailed: sentence(accountsFailed) }),
  };
}

function sightingOf(facts: SpoolFacts, said: Said): Sighting {
  const own = ownResult(facts);
  if (own && own.end?.how !== 'killed') return own;
  const sighting =
    said.failed === undefined
      ? withCode(slurmSighting(facts, said), facts)
      : silent(`Slurm could not be asked: ${said.failed}`);
  return own ? merged(sighting, own) : sighting;
}

function slurmSighting(facts: SpoolFacts, said: Said): Sighting {
  const number = facts.ticket?.split(';')[0] ?? '';
  const queued = said.queue.get(number);
  const shown = said.shown.get(facts.id);
  if (shown === undefined) return queued ? sightingIn(queued, facts) : unknown(notAsked(facts));
  if (shown !== 'unknown job')
    return 'failed' in shown ? queuedOr(queued, shown.failed) : sightingIn(shown, facts);
  const word = said.accounts.get(number) ?? queued;
  if (word) return sightingIn(word, facts);
  if (said.accountsFailed !== undefined)
    return unknown(
      `Slurm does not know it any more, and its accounting did not answer: ${said.accountsFailed}`,
    );
  return forgotten(facts);
}

const unknown = (reason: string): Sighting => ({ state: 'unknown', reason });
const silent = (reason: string): Sighting => ({ state: 'unknown', silent: true, reason });

const notAsked = (facts: SpoolFacts): string =>
  facts.ticket === undefined ? 'Its number is not known.' : 'Slurm was not asked about it yet.';

/** scontrol failed: what squeue said of a job that has ended is better than nothing, but its exit code is missing. */
const queuedOr = (queued: SlurmWord | undefined, reason: string): Sighting =>
  unknown(`scontrol: ${reason}${queued ? ` (squeue says ${queued.state})` : ''}`);

/** Nobody knows it: a cancelled job that had not started did not start. */
function forgotten(facts: SpoolFacts): Sighting {
  if (facts.cancelled && !facts.runner && facts.fate !== 'started')
    return { state: 'ended', end: { how: 'cancelled' } };
  return { state: 'gone', reason: 'Slurm does not know it any more, and it left no result.' };
}

/** Our runner knows that something killed the job, and Slurm, when it still knows the job, why. */
function merged(sighting: Sighting, own: Sighting): Sighting {
  if (sighting.state === 'waiting' || sighting.state === 'running') return sighting;
  if (sighting.state !== 'ended' || !sighting.end || sighting.end.how === 'exited') return own;
  return { ...sighting, end: { ...own.end, how: sighting.end.how } };
}

/** Slurm's states, as squeue(1) and sacct(1) list them. */
const STATES: Readonly<Record<string, 'waiting' | 'running' | JobEnd['how']>> = {
  PENDING: 'waiting',
  CONFIGURING: 'waiting',
  REQUEUED: 'waiting',
  REQUEUE_FED: 'waiting',
  REQUEUE_HOLD: 'waiting',
  RESV_DEL_HOLD: 'waiting',
  SPECIAL_EXIT: 'waiting',
  RUNNING: 'running',
  COMPLETING: 'running',
  RESIZING: 'running',
  SIGNALING: 'running',
  STAGE_OUT: 'running',
  STOPPED: 'running',
  SUSPENDED: 'running',
  COMPLETED: 'exited',
  FAILED: 'exited',
  CANCELLED: 'cancelled',
  TIMEOUT: 'timeout',
  DEADLINE: 'timeout',
  NODE_FAIL: 'node-failed',
  BOOT_FAIL: 'node-failed',
  PREEMPTED: 'killed',
  OUT_OF_MEMORY: 'killed',
  REVOKED: 'killed',
};

/** Exit code of the runner on a node that does not see the spool, see `begin_alone` in `spool/runner.sh`. */
const NO_SPOOL = 79;

function sightingIn(word: SlurmWord, facts: SpoolFacts): Sighting {
  const [name = ''] = word.state.split(' ');
  const state = Object.hasOwn(STATES, name) ? STATES[name] : undefined;
  if (state === undefined) return unknown(`Slurm says ${sentence(word.state)}.`);
  const node = word.node ? { node: word.node } : {};
  if (state === 'waiting' || state === 'running')
    return { state, ...(word.reason && { reason: word.reason }), ...node };
  return { state: 'ended', end: endOf(state, word), reason: reasonOf(word, facts), ...node };
}

function endOf(how: JobEnd['how'], { exit }: SlurmWord): JobEnd {
  if (how !== 'exited' || !exit) return { how };
  return exit.signal > 0 ? { how: 'killed' } : { how, exit: exit.code };
}

function reasonOf(word: SlurmWord, facts: SpoolFacts): string {
  if (word.exit?.code === NO_SPOOL && !facts.runner)
    return 'The node does not see the spool directory; it has to be shared with the worker nodes.';
  return sentence(`${word.state} ${word.reason ?? ''}`);
}

function queueWord([state = '', node = '', ...reason]: readonly string[]): SlurmWord {
  return { state: state.trim(), ...nodeAndReason(node, reason.join('|')) };
}

function accountWord([state = '', exit = '']: readonly string[]): SlurmWord {
  return { state: state.trim(), ...exitIn(exit) };
}

function shownWord(code: string | undefined, text: string): SlurmWord | 'unknown job' | { failed: string } {
  if (code !== '0') return /invalid job id/i.test(text) ? 'unknown job' : { failed: sentence(text) };
  const value = (key: string) => new RegExp(`(?:^|\\s)${key}=(\\S*)`).exec(text)?.[1] ?? '';
  const state = value('JobState');
  if (state === '') return { failed: sentence(text) };
  return { state, ...exitIn(value('ExitCode')), ...nodeAndReason(value('NodeList'), value('Reason')) };
}

function exitIn(text: string): Pick<SlurmWord, 'exit'> {
  const [, code, signal] = /^(\d+):(\d+)$/.exec(text) ?? [];
  return code === undefined ? {} : { exit: { code: Number(code), signal: Number(signal) } };
}

function nodeAndReason(node: string, reason: string): Pick<SlurmWord, 'node' | 'reason'> {
  const meant = (text: string) => /^$|^None$|^\(null\)$|^None assigned$/.test(text.trim());
  return {
    ...(!meant(node) && { node: sentence(node) }),
    ...(!meant(reason) && { reason: sentence(reason) }),
  };
}
