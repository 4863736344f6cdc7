import type { Answer, JobEnd, JobOutput, Submission, Ticket } from '../model.ts';
import { plainText } from '../plain-text.ts';
import { isTicket } from './spool.ts';

/** A line of the wrapper's answer: its first word, and the others decoded. */
export interface SpoolLine {
  readonly word: string;
  readonly texts: readonly string[];
}

/** Of a process that the spool knows: alive or dead is said only on its own host. */
export interface Life {
  readonly life: 'alive' | 'dead' | 'unknown';
  readonly host: string;
  /** Seconds since it began. */
  readonly age: number;
}

/** What the spool knows of a job, see `tell_job` in `spool/jobs.sh`. */
export interface SpoolFacts {
  readonly id: string;
  readonly ticket?: Ticket;
  /** False: the spool has no directory of this job. */
  readonly kept: boolean;
  /** The job's own result. */
  readonly end?: JobEnd;
  /** Exit code that was written when nobody was left to write the result. */
  readonly code?: number;
  readonly runner?: Life;
  readonly process?: Life;
  readonly submitter?: Life['life'];
  /** Whether the last submission's job started, or never will. */
  readonly fate?: 'started' | 'void';
  readonly cancelled: boolean;
  /** The batch system itself brought outputs back. */
  readonly brought: boolean;
  /** Seconds since its submission began. */
  readonly age: number;
}

/** The lines of the protocol; others are left out, so that nothing else can speak for it. */
export function spoolLines(answer: Answer): readonly SpoolLine[] {
  if (answer.kind !== 'ended') return [];
  return answer.lines.flatMap(line => {
    const [word, ...codes] = line.split(' ');
    const texts = codes.map(decoded);
    return /^[a-z-]{2,20}$/.test(word ?? '') && texts.every(text => text !== undefined)
      ? [{ word: word!, texts: texts as string[] }]
      : [];
  });
}

/** What came of `submit` and of `find`; `ticketIn` reads what the batch system's command printed. */
export function submissionIn(answer: Answer, ticketIn: (stdout: string) => Ticket | undefined): Submission {
  if (answer.kind !== 'ended') return { kind: 'unsure', reason: answer.reason };
  const line = spoolLines(answer).at(-1);
  const text = line?.texts[0] ?? '';
  switch (line?.word) {
    case 'submitted': {
      const ticket = ticketIn(text);
      if (ticket !== undefined) return { kind: 'accepted', ticket };
      return { kind: 'unsure', reason: `The job was submitted, and its ticket is not in: ${sentence(text)}` };
    }
    case 'ran':
      return isTicket(text)
        ? { kind: 'accepted', ticket: text }
        : { kind: 'unsure', reason: 'It ran, and its ticket cannot be read.' };
    case 'absent':
      return { kind: 'absent' };
    case 'rejected':
      return { kind: 'rejected', reason: sentence(text) };
    case 'unsure':
      return { kind: 'unsure', reason: sentence(text) };
    default:
      return {
        kind: 'unsure',
        reason: sentence(answer.stderr) || 'The answer of the submit host says nothing.',
      };
  }
}

/** Job id -> what the spool knows; of several lines about a job the last one counts. */
export function spoolFacts(lines: readonly SpoolLine[]): ReadonlyMap<string, SpoolFacts> {
  const facts = new Map<string, SpoolFacts>();
  for (const { word, texts } of lines) {
    const [id, ticket, ...pairs] = texts;
    if (word !== 'job' || id === undefined || ticket === undefined) continue;
    facts.set(id, factsOf(id, ticket, new Map(pairs.map(pair => split(pair, '=')))));
  }
  return facts;
}

/** What was fetched: `undefined` when the answer is not whole. */
export function outputIn(answer: Answer): JobOutput | undefined {
  if (answer.kind !== 'ended') return undefined;
  const start = answer.lines.findIndex(line => line.startsWith('parts '));
  if (start < 0) return undefined;
  const divider = `part ${answer.lines[start]!.slice('parts '.length)} `;
  const texts = new Map<string, string[]>();
  let current: string[] = [];
  let truncated = false;
  for (const line of answer.lines.slice(start + 1)) {
    if (!line.startsWith(divider)) current.push(line);
    else {
      const name = line.slice(divider.length);
      if (name === 'over') return fetched(answer, start, texts, truncated);
      if (name === 'cut') truncated = true;
      current = [];
      if (!texts.has(name)) texts.set(name, current);
    }
  }
  return undefined;
}

/** One line for a person, whatever a batch system printed. */
export const sentence = (text: string): string => plainText(text, 500);

function fetched(
  answer: Answer & { readonly kind: 'ended' },
  start: number,
  texts: ReadonlyMap<string, readonly string[]>,
  truncated: boolean,
): JobOutput {
  const before = spoolLines({ ...answer, lines: answer.lines.slice(0, start) });
  const end = [...spoolFacts(before).values()].at(-1)?.end;
  return {
    ...(end && { end }),
    stdout: texts.get('stdout')?.join('\n') ?? '',
    stderr: texts.get('stderr')?.join('\n') ?? '',
    truncated,
  };
}

function factsOf(id: string, ticket: string, pairs: ReadonlyMap<string, string>): SpoolFacts {
  const end = endOf(pairs.get('end'));
  const code = numberIn(pairs.get('rc'));
  const runner = lifeOf(pairs.get('run'));
  const process = lifeOf(pairs.get('job'));
  const submitter = LIVES.find(life => life === pairs.get('submitter'));
  const fate = (['started', 'void'] as const).find(word => word === pairs.get('fate'));
  return {
    id,
    ...(isTicket(ticket) && { ticket }),
    kept: pairs.get('dir') !== 'none',
    ...(end && { end }),
    ...(code !== undefined && { code }),
    ...(runner && { runner }),
    ...(process && { process }),
    ...(submitter && { submitter }),
    ...(fate && { fate }),
    cancelled: pairs.get('cancel') === 'yes',
    brought: pairs.get('brought') === 'yes',
    age: numberIn(pairs.get('age')) ?? 0,
  };
}

const HOWS = ['exited', 'cancelled', 'timeout', 'node-failed', 'killed'] as const;
const LIVES = ['alive', 'dead', 'unknown'] as const;

function endOf(value: string | undefined): JobEnd | undefined {
  const [word, code] = value?.split(',') ?? [];
  const how = HOWS.find(known => known === word);
  const exit = numberIn(code);
  return how && { how, ...(exit !== undefined && { exit }) };
}

function lifeOf(value: string | undefined): Life | undefined {
  const [word, host, age] = value?.split(',') ?? [];
  const life = LIVES.find(known => known === word);
  return life && { life, host: host ?? '', age: numberIn(age) ?? 0 };
}

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;

function split(text: string, at: string): [string, string] {
  const where = text.indexOf(at);
  return where < 0 ? [text, ''] : [text.slice(0, where), text.slice(where + 1)];
}

/** A word of the protocol; `undefined` when it is none. */
function decoded(code: string): string | undefined {
  if (code === '%') return '';
  if (!/^(?:[A-Za-z0-9._:/@+,;=~|()-]|%[0-9a-f]{2})+$/.test(code)) return undefined;
  const bytes = code.replace(/%(..)|(.)/g, (_, hex, plain) => hex ?? plain.charCodeAt(0).toString(16));
  return Buffer.from(bytes, 'hex').toString('utf8');
}
