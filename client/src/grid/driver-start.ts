import { settleSubmission } from './driver-find.ts';
import {
  at,
  change,
  clearTrouble,
  keepTrouble,
  type Lead,
  systemOf,
  trust,
  unreachedReason,
} from './driver-lead.ts';
import type { Answer, Job, JobMaterial, Prepared } from './model.ts';
import { claimJob } from './store-changes.ts';
import { endedJobs, type StoredJob } from './store-jobs.ts';

/** Sends the job whose turn it is at its site, or says why it has to wait or cannot be sent. */
export async function start(lead: Lead, job: StoredJob): Promise<void> {
  const { options } = lead;
  const closed = options.maintenanceAt(job.site, options.now());
  if (closed) return hold(lead, job, closed.until, closed.reason);
  if (job.state === 'maintenance') {
    await change(lead, [{ id: job.id, from: 'maintenance', event: 'release', notBefore: 0 }]);
    return;
  }
  const system = systemOf(lead, job.site);
  const trouble = lead.troubles.get(system);
  if (trouble && trouble.notBefore > options.now())
    return unreached(lead, job, trouble.reason, trouble.notBefore);
  if (job.cancelRequested) return claimToLook(lead, job, system);
  await lead.starts.take(job.site, trust(lead, job.site), () => startNow(lead, job, system));
}

/** A cancelled job that may be on its way is looked for, not sent. */
async function claimToLook(lead: Lead, job: StoredJob, system: string): Promise<void> {
  const claim = { id: job.id, from: job.state, event: 'submit', system, notBefore: job.doubtUntil } as const;
  lead.book.put([await claimJob(lead.options.store, claim, lead.sender)]);
}

async function hold(lead: Lead, job: StoredJob, until: number, reason: string): Promise<void> {
  const held = { id: job.id, from: 'queued', event: 'hold', reason, notBefore: until } as const;
  if (job.state === 'maintenance')
    await change(lead, [{ id: job.id, from: 'maintenance', reason, notBefore: until }]);
  else if (job.state === 'unreachable')
    await change(lead, [{ id: job.id, from: 'unreachable', event: 'absent' }, held]);
  else await change(lead, [held]);
}

async function startNow(lead: Lead, job: StoredJob, system: string): Promise<void> {
  if (lead.signal.aborted) return;
  const trouble = lead.troubles.get(system);
  // It may have come while this job waited for its turn.
  if (trouble && trouble.notBefore > lead.options.now())
    return unreached(lead, job, trouble.reason, trouble.notBefore);
  const credentials = await lead.options.checkCredentials(job.site, lead.signal);
  if (credentials.kind === 'unreachable') return unreachedNow(lead, job, system, credentials.reason);
  if (credentials.kind === 'refused') return refuse(lead, job, credentials.reason);
  const prepared = await material(lead, job);
  if (!prepared || lead.signal.aborted) return;
  if (prepared.kind === 'refused') return refuse(lead, job, prepared.reason);
  await submit(lead, job, system, prepared.material);
}

/** `undefined`: called off. */
async function material(lead: Lead, job: StoredJob): Promise<Prepared | undefined> {
  const { options } = lead;
  const { vo, name } = job.site;
  const ended = await endedJobs(options.store, vo, name);
  const over = new AbortController();
  const signal = AbortSignal.any([lead.signal, over.signal]);
  const late = options.pause(options.limits.prepare, signal).then((): Prepared => {
    const minutes = Math.round(options.limits.prepare / 60_000);
    return {
      kind: 'refused',
      reason: `What the job needs could not be found out within ${minutes} minutes: see whether the package repository answers`,
    };
  });
  try {
    const prepared = await Promise.race([options.prepare(job, ended, signal), late]);
    return lead.signal.aborted ? undefined : prepared;
  } finally {
    over.abort();
  }
}

async function submit(lead: Lead, job: StoredJob, system: string, material: JobMaterial): Promise<void> {
  const keep = await lead.turns.take(job.site, trust(lead, job.site), async () => {
    if (lead.signal.aborted) return undefined;
    // Not before its turn: a job may be megabytes of text.
    const composed = lead.options.compose(job, material);
    if ('reason' in composed) return () => refuse(lead, job, composed.reason);
    const answer = await sendNow(lead, job, system, composed);
    return answer && (() => submitted(lead, job, system, answer));
  });
  await keep?.();
}

/** `undefined`: somebody was faster. */
async function sendNow(lead: Lead, job: StoredJob, system: string, sent: Job): Promise<Answer | undefined> {
  const { options } = lead;
  at(lead, 'driver:before-claim');
  const claimed = await claim(lead, job, system, sent.name);
  lead.book.put([claimed]);
  if (!claimed) return undefined;
  at(lead, 'driver:after-claim');
  if (lead.signal.aborted) return { kind: 'unreached', reason: 'Called off' };
  at(lead, 'driver:before-submit');
  const backend = options.backendOf(job.site);
  const answer = await options.run(backend.submit(sent, job.site, options.newMark()), lead.signal);
  at(lead, 'driver:after-submit');
  return answer;
}

function claim(lead: Lead, job: StoredJob, system: string, name: string): Promise<StoredJob | undefined> {
  const { limits, now, store } = lead.options;
  const doubtUntil = now() + limits.lease + limits.command;
  const claimed = { id: job.id, from: job.state, event: 'submit', system, name, doubtUntil } as const;
  return claimJob(store, claimed, lead.sender);
}

async function submitted(lead: Lead, job: StoredJob, system: string, answer: Answer): Promise<void> {
  // Certain that this attempt did not arrive: what was in doubt before still is, and no more.
  const { doubtUntil } = job;
  const certain = { id: job.id, from: 'submitting', heldBy: lead.sender.token, doubtUntil } as const;
  if (answer.kind === 'unreached') {
    if (lead.signal.aborted) {
      await change(lead, [{ ...certain, event: 'absent' }]);
      return;
    }
    const trouble = await keepTrouble(lead, system, answer.reason);
    const reason = unreachedReason(answer.reason);
    await change(lead, [{ ...certain, event: 'unreached', reason, notBefore: trouble.notBefore }]);
  } else if (answer.kind === 'denied') {
    if (doubtUntil > 0) await change(lead, [{ ...certain, reason: answer.reason, notBefore: doubtUntil }]);
    else await change(lead, [{ ...certain, event: 'rejected', reason: answer.reason }]);
  } else {
    if (answer.kind === 'ended') await clearTrouble(lead, system);
    await settleSubmission(lead, job, system, lead.options.backendOf(job.site).submissionIn(answer));
  }
}

async function refuse(lead: Lead, job: StoredJob, reason: string): Promise<void> {
  // It ends only when no earlier attempt to send it can arrive any more.
  if (job.doubtUntil > 0) return claimToLook(lead, job, systemOf(lead, job.site));
  await change(lead, [{ id: job.id, from: job.state, event: 'rejected', reason }]);
}

async function unreachedNow(lead: Lead, job: StoredJob, system: string, why: string): Promise<void> {
  if (lead.signal.aborted) return;
  const trouble = await keepTrouble(lead, system, why);
  await unreached(lead, job, trouble.reason, trouble.notBefore);
}

async function unreached(lead: Lead, job: StoredJob, why: string, notBefore: number): Promise<void> {
  const reason = unreachedReason(why);
  await change(lead, [{ id: job.id, from: job.state, event: 'unreached', reason, notBefore }]);
}
