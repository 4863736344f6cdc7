import type { JobBackend, Sighting } from '../model.ts';
import { ownResult } from './own-result.ts';
import local from './spool/local.sh';
import {
  cancelCommand,
  type Dialect,
  fetchCommand,
  findCommand,
  isTicket,
  placeOf,
  pollCommand,
  purgeCommand,
  submitCommand,
} from './spool.ts';
import { outputIn, type SpoolFacts, spoolFacts, spoolLines, submissionIn } from './spool-answer.ts';

const dialect: Dialect = { shell: local, given: '', patience: { submit: 30, ask: 30 } };

/** Runs jobs on the submit host itself, detached; the area's lock serializes them. */
export const localBackend: JobBackend = {
  name: 'local',
  doc: 'Runs jobs on the host itself, without a batch system.',
  systemOf: site => JSON.stringify(['local', ...placeOf(site)]),
  submit: (job, site, mark) => submitCommand(dialect, job, site, mark),
  find: (job, site, mark) => findCommand(dialect, job, site, mark),
  submissionIn: answer => submissionIn(answer, processIn),
  poll: (jobs, site, mark) => pollCommand(dialect, jobs, site, mark),
  sightingsIn: answer => {
    const facts = [...spoolFacts(spoolLines(answer)).values()];
    return new Map(facts.map(each => [each.id, localSighting(each)]));
  },
  fetch: (job, site, mark) => fetchCommand(dialect, job, site, mark),
  outputIn,
  cancel: (job, site, mark) => cancelCommand(dialect, job, site, mark),
  purge: (jobs, site, mark) => purgeCommand(dialect, jobs, site, mark),
};

/** The ticket is the runner's process id; the spool knows the rest. */
function processIn(stdout: string): string | undefined {
  const ticket = stdout.trim();
  return isTicket(ticket) ? ticket : undefined;
}

/** What the spool's own facts say, when nobody else can be asked. */
function localSighting(facts: SpoolFacts): Sighting {
  const own = ownResult(facts);
  if (own) return own;
  const lives = [facts.runner, facts.process].flatMap(life => life ?? []);
  const node = lives[0]?.host;
  if (lives.some(({ life }) => life === 'alive')) return { state: 'running', ...(node && { node }) };
  if (lives.some(({ life }) => life === 'unknown'))
    return { state: 'unknown', reason: `It runs on ${node}, and another host of that name answered.` };
  if (lives.length > 0)
    return { state: 'gone', reason: `Its process is gone from ${node} and left no result.` };
  return unstarted(facts);
}

function unstarted(facts: SpoolFacts): Sighting {
  if (!facts.kept) return { state: 'gone', reason: 'The spool has no directory of it.' };
  if (facts.submitter !== 'dead' && facts.fate !== 'void' && facts.submitter !== undefined)
    return { state: 'waiting', reason: 'It is being started.' };
  if (facts.cancelled) return { state: 'ended', end: { how: 'cancelled' } };
  return { state: 'gone', reason: 'It was never started.' };
}
