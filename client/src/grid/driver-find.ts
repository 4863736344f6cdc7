import {
  at,
  change,
  clearTrouble,
  keepTrouble,
  type Lead,
  placed,
  retryAt,
  send,
  systemOf,
} from './driver-lead.ts';
import { hurry } from './driver-look.ts';
import type { Submission } from './model.ts';
import type { StoredJob } from './store-jobs.ts';

/** Whether this driver may look for a job that is being sent: nobody else can be at it any more. */
export function mayFind(lead: Lead, job: StoredJob): boolean {
  const { sender } = job;
  if (!sender || sender.token === lead.sender.token) return true;
  return lead.options.isDead(sender.process) || lead.options.now() >= job.doubtUntil;
}

/** Looks for a job of which nobody knows whether it was sent. */
export async function find(lead: Lead, job: StoredJob): Promise<void> {
  const mine = await adopt(lead, job);
  if (!mine) return;
  const { site, name = '' } = mine;
  const system = systemOf(lead, site);
  const backend = lead.options.backendOf(site);
  const began = lead.options.now();
  at(lead, 'driver:before-find');
  const answer = await send(lead, site, mark => backend.find({ ...placed(mine), name }, site, mark));
  at(lead, 'driver:after-find');
  if (answer.kind === 'ended') {
    await clearTrouble(lead, system);
    return settleSubmission(lead, mine, system, backend.submissionIn(answer), began);
  }
  if (lead.signal.aborted) return;
  const failures = mine.failures + 1;
  const notBefore = retryAt(lead, failures);
  if (answer.kind !== 'unsure') await keepTrouble(lead, system, answer.reason);
  const reason = `It may have been sent; the site was not reached: ${answer.reason}`;
  await change(lead, [{ ...held(lead, mine), reason, failures, notBefore }]);
}

/**
 * Keeps what a batch system said of a job that was sent or looked for. `looked`: when the looking began;
 * absent: it was sent.
 */
export async function settleSubmission(
  lead: Lead,
  job: StoredJob,
  system: string,
  found: Submission,
  looked = 0,
): Promise<void> {
  const mine = held(lead, job);
  if (found.kind === 'accepted') {
    const { ticket } = found;
    await change(lead, [{ ...mine, event: 'accepted', ticket, failures: 0, notBefore: 0, doubtUntil: 0 }]);
    at(lead, 'driver:after-ticket');
    hurry(lead, system);
  } else if (found.kind === 'rejected') {
    await change(lead, [{ ...mine, event: 'rejected', reason: found.reason, doubtUntil: 0 }]);
  } else if (found.kind === 'absent') {
    await absent(lead, job, looked);
  } else {
    const failures = job.failures + 1;
    const reason = `It may have been sent: ${found.reason}`;
    await change(lead, [{ ...mine, reason, failures, notBefore: retryAt(lead, failures) }]);
  }
}

/**
 * The batch system has no such job. While an attempt may still arrive it may be sent again, for the same id
 * never becomes two jobs, but it may not end.
 */
async function absent(lead: Lead, job: StoredJob, looked: number): Promise<void> {
  const mine = held(lead, job);
  const certain = looked >= job.doubtUntil;
  const current = lead.book.open.get(job.id) ?? job;
  if (current.cancelRequested && !certain) {
    await change(lead, [{ ...mine, notBefore: job.doubtUntil }]);
    return;
  }
  const doubtUntil = certain ? 0 : job.doubtUntil;
  const failures = job.failures + 1;
  const notBefore = job.failures === 0 ? 0 : retryAt(lead, failures);
  await change(lead, [{ ...mine, event: 'absent', doubtUntil, failures, notBefore }]);
}

/** Makes a job that another driver was sending this one's; `undefined`: somebody was faster. */
async function adopt(lead: Lead, job: StoredJob): Promise<StoredJob | undefined> {
  if (job.sender?.token === lead.sender.token) return job;
  const before = job.sender ? { heldBy: job.sender.token } : {};
  const [mine] = await change(lead, [{ id: job.id, from: 'submitting', ...before, sender: lead.sender }]);
  return mine;
}

function held(lead: Lead, job: StoredJob) {
  return { id: job.id, from: 'submitting', heldBy: lead.sender.token } as const;
}
