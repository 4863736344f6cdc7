import type { CommandLists, JobBackend, Sighting, Site, Ticket } from '../model.ts';
import { ownResult, withCode } from './own-result.ts';
import { quoted } from './quoted.ts';
import command from './spool/command.sh';
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
import {
  outputIn,
  type SpoolFacts,
  type SpoolLine,
  sentence,
  spoolFacts,
  spoolLines,
  submissionIn,
} from './spool-answer.ts';

/** The back end that the command lists of a sites file describe: HTCondor, PBS, DIRAC and their like. */
export function commandBackend(name: string, lists: CommandLists): JobBackend {
  const ticketIn = (stdout: string) => commandTicketIn(stdout, lists);
  const dialect = (site: Site) => dialectOf(site, lists);
  return {
    name,
    doc: `Runs ${sentence(lists.submit[0] ?? '')} and its like, as the sites file says.`,
    systemOf: site => JSON.stringify(['command', ...placeOf(site), lists]),
    submit: (job, site, mark) => submitCommand(dialect(site), job, site, mark),
    find: (job, site, mark) => findCommand(dialect(site), job, site, mark),
    submissionIn: answer => submissionIn(answer, ticketIn),
    poll: (jobs, site, mark) => pollCommand(dialect(site), jobs, site, mark),
    sightingsIn: answer => commandSightings(spoolLines(answer), lists),
    fetch: (job, site, mark) => fetchCommand(dialect(site), job, site, mark),
    outputIn,
    cancel: (job, site, mark) => cancelCommand(dialect(site), job, site, mark),
    purge: (jobs, site, mark) => purgeCommand(dialect(site), jobs, site, mark),
  };
}

/** What the sites file's expression captures, or the last line with something in it. */
export function commandTicketIn(stdout: string, lists: CommandLists): Ticket | undefined {
  const text =
    lists.ticket === undefined
      ? stdout
          .split('\n')
          .findLast(line => line.trim() !== '')
          ?.trim()
      : expression(lists.ticket)?.exec(stdout)?.[1]?.trim();
  return text !== undefined && isTicket(text) ? text : undefined;
}

/**
 * Job id -> what a poll says. The job's own result counts most. A job that is on no line was not yet put on the
 * list when it is young, ended when its outputs were brought back, and is gone otherwise.
 */
export function commandSightings(
  lines: readonly SpoolLine[],
  lists: CommandLists,
): ReadonlyMap<string, Sighting> {
  const said = (facts: SpoolFacts) => sightingOf(facts, lines, lists);
  return new Map([...spoolFacts(lines).values()].map(facts => [facts.id, said(facts)]));
}

/** Seconds in which a batch system may still hide a job that it took. */
const YOUNG = 120;

function sightingOf(facts: SpoolFacts, lines: readonly SpoolLine[], lists: CommandLists): Sighting {
  const own = ownResult(facts);
  if (own) return own;
  const about = lines.filter(({ texts: [id] }) => id === facts.id || id === '-');
  const failed = about.find(({ word }) => word === 'poll-failed');
  if (failed) return { state: 'unknown', silent: true, reason: sentence(failed.texts[1] ?? '') };
  const found = about.flatMap(line => stateIn(line, facts, lists)).at(0);
  if (found) return askedFor(withCode(found, facts), facts);
  if (!about.some(({ word }) => word === 'poll-ok'))
    return { state: 'unknown', reason: 'Its ticket is not known.' };
  return withCode(unlisted(facts), facts);
}

/** A job that somebody cancelled, and that did not succeed all the same, ended because of that. */
function askedFor(sighting: Sighting, facts: SpoolFacts): Sighting {
  if (sighting.state !== 'ended' || !facts.cancelled || facts.code === 0) return sighting;
  return { ...sighting, end: { ...sighting.end, how: 'cancelled' } };
}

function stateIn(line: SpoolLine, facts: SpoolFacts, lists: CommandLists): readonly Sighting[] {
  if (line.word !== 'line') return [];
  const [id, text = ''] = line.texts;
  const words = text.trim().split(/\s+/);
  if (id === '-' && !words.includes(facts.ticket ?? '')) return [];
  const word = words.find(each => each !== facts.ticket && Object.hasOwn(lists.states, each));
  if (word === undefined)
    return id === '-' ? [{ state: 'unknown', reason: `No known state in: ${sentence(text)}` }] : [];
  return [meaning(lists.states[word]!, word)];
}

function meaning(state: 'waiting' | 'running' | 'ended' | 'failed', word: string): Sighting {
  const reason = sentence(word);
  if (state === 'waiting' || state === 'running') return { state, reason };
  return { state: 'ended', end: { how: state === 'ended' ? 'exited' : 'killed' }, reason };
}

function unlisted(facts: SpoolFacts): Sighting {
  if (facts.runner?.life === 'alive') return { state: 'running', node: facts.runner.host };
  if (facts.age < YOUNG) return { state: 'unknown', reason: 'The batch system does not list it yet.' };
  if (facts.brought) return { state: 'ended', end: { how: 'exited' } };
  if (facts.cancelled && !facts.runner) return { state: 'ended', end: { how: 'cancelled' } };
  return { state: 'gone', reason: 'The batch system does not list it, and it left no result.' };
}

function dialectOf(site: Site, lists: CommandLists): Dialect {
  const call = (name: string, seconds: number, list: readonly string[] | undefined) =>
    `${name}() { limited ${seconds} ${list ? list.map(word => argument(word, site)).join(' ') : 'false'}; }`;
  const flag = (name: string, is: boolean) => `${name}=${is ? 'yes' : ''}`;
  const given = [
    flag('can_find', lists.find !== undefined),
    flag('can_cancel', lists.cancel !== undefined),
    flag('can_fetch', lists.fetch !== undefined),
    flag('poll_each', lists.poll.includes('{ticket}')),
    call('command_submit', 60, lists.submit),
    call('command_find', 30, lists.find),
    call('command_poll', 60, lists.poll),
    call('command_cancel', 30, lists.cancel),
    call('command_fetch', 240, lists.fetch),
  ].join('\n');
  return { shell: command, given, patience: { submit: 100, ask: 250 } };
}

/** Placeholder -> the shell's words; `$tickets` holds tickets, which have no white space and no pattern is expanded. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '{script}': '"$dir/runner"',
  '{id}': '"$id"',
  '{name}': '"$job_name"',
  '{output}': '"$dir/batch.out"',
  '{error}': '"$dir/batch.err"',
  '{directory}': '"$dir"',
  '{minutes}': '"$wall_minutes"',
  '{ticket}': '"$ticket"',
  '{tickets}': '$tickets',
};

function argument(word: string, site: Site): string {
  if (word === '{queue}') return quoted(site.queue ?? '');
  return Object.hasOwn(PLACEHOLDERS, word) ? PLACEHOLDERS[word]! : quoted(word);
}

/** The expression was checked when the sites file was read; one that is none captures nothing. */
function expression(source: string): RegExp | undefined {
  try {
    return new RegExp(source, 'm');
  } catch {
    return undefined;
  }
}
