import { nextPace } from './backoff.ts';
import {
  at,
  change,
  clearTrouble,
  keepTrouble,
  type Lead,
  placed,
  send,
  unreachedReason,
} from './driver-lead.ts';
import type { Answer, Sighting } from './model.ts';
import { plainText } from './plain-text.ts';
import type { JobChange } from './store-changes.ts';
import type { StoredJob } from './store-jobs.ts';

/** Asks one batch system after all its jobs. */
export async function look(lead: Lead, system: string, jobs: readonly StoredJob[]): Promise<void> {
  const [first] = jobs;
  if (!first) return;
  const backend = lead.options.backendOf(first.site);
  at(lead, 'driver:before-poll');
  const answer = await send(lead, first.site, mark => backend.poll(jobs.map(placed), first.site, mark));
  at(lead, 'driver:after-poll');
  const sightings = answer.kind === 'ended' ? backend.sightingsIn(answer) : new Map<string, Sighting>();
  if (!jobs.some(job => sightings.has(job.id))) return notSeen(lead, system, jobs, whyNotSeen(answer));
  const silent = jobs.filter(job => sightings.get(job.id)?.silent);
  if (silent.length === 0) await clearTrouble(lead, system);
  const changes = jobs.flatMap(job => seen(lead, job, sightings.get(job.id)));
  await change(lead, changes);
  at(lead, 'driver:after-sightings');
  setPace(lead, system, changes);
  const words = sightings.get(silent[0]?.id ?? '')?.reason ?? '';
  if (silent.length > 0) await notSeen(lead, system, silent, unanswered(words));
}

/** Makes the next poll of a batch system come soon. */
export function hurry(lead: Lead, system: string): void {
  const { limits, now, random } = lead.options;
  const pace = lead.paces.get(system);
  const soon = nextPace(undefined, true, { least: limits.pollMin, most: limits.pollMax }, now(), random());
  lead.paces.set(system, pace && pace.next < soon.next ? { ...soon, next: pace.next } : soon);
}

function setPace(lead: Lead, system: string, changes: readonly JobChange[]): void {
  const { limits, now, random } = lead.options;
  const bounds = { least: limits.pollMin, most: limits.pollMax };
  const missing = changes.some(change => typeof change.missingSince === 'number');
  const pace = nextPace(lead.paces.get(system), changes.length > 0, bounds, now(), random());
  lead.paces.set(system, missing ? { ...pace, next: now() + limits.gone } : pace);
}

/** One bad poll proves nothing; after the second one its jobs are shown as unreachable. */
async function notSeen(lead: Lead, system: string, jobs: readonly StoredJob[], why: string): Promise<void> {
  if (lead.signal.aborted) return;
  const trouble = await keepTrouble(lead, system, why);
  if (trouble.failures < 2) return;
  const reason = unreachedReason(trouble.reason);
  const { notBefore } = trouble;
  await change(
    lead,
    jobs.map(job => ({ id: job.id, from: job.state, event: 'unreached', reason, notBefore })),
  );
}

function whyNotSeen(answer: Answer): string {
  if (answer.kind !== 'ended') return answer.reason;
  return unanswered(answer.stderr.trim().split('\n').at(-1) ?? '');
}

function unanswered(words: string): string {
  const said = plainText(words);
  return `its batch system does not answer${said ? ` (${said})` : ''}`;
}

function seen(lead: Lead, job: StoredJob, sighting: Sighting | undefined): readonly JobChange[] {
  if (!sighting || sighting.state === 'unknown') return [];
  if (sighting.state === 'gone') return missing(lead, job, sighting);
  const known = { id: job.id, from: job.state, missingSince: null } as const;
  if (sighting.state === 'ended') {
    const { end } = sighting;
    // A node that the batch system has lost may go on with the job.
    const ended = end?.how !== 'node-failed';
    const more = { failures: 0, notBefore: 0, ended, ...(end ? { end } : {}) };
    return [{ ...known, ...more, event: 'ended', reason: sighting.reason ?? '' }];
  }
  const reason = plainText(sighting.reason ?? (sighting.node ? `On ${sighting.node}` : ''), 300);
  if (job.state === sighting.state && job.reason === reason && job.missingSince === undefined) return [];
  return [{ ...known, event: sighting.state === 'waiting' ? 'seen-waiting' : 'seen-running', reason }];
}

function missing(lead: Lead, job: StoredJob, sighting: Sighting): readonly JobChange[] {
  const now = lead.options.now();
  const since = job.missingSince ?? now;
  if (job.missingSince === undefined) return [{ id: job.id, from: job.state, missingSince: since }];
  if (now - since < lead.options.limits.gone) return [];
  const reason = sighting.reason ?? 'Its batch system does not know it any more';
  return [{ id: job.id, from: job.state, event: 'gone', reason, failures: 0, notBefore: 0 }];
}

/** Asks a batch system to end a job; that it ended is seen by polling. */
export async function cancel(lead: Lead, system: string, job: StoredJob): Promise<void> {
  const { options } = lead;
  lead.cancels.set(job.id, options.now());
  at(lead, 'driver:before-cancel');
  const backend = options.backendOf(job.site);
  const answer = await send(lead, job.site, mark => backend.cancel(placed(job), job.site, mark));
  at(lead, 'driver:after-cancel');
  if (answer.kind === 'ended') {
    await clearTrouble(lead, system);
    hurry(lead, system);
  } else if (!lead.signal.aborted && answer.kind !== 'unsure') await keepTrouble(lead, system, answer.reason);
}
