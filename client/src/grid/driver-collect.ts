import { at, change, clearTrouble, keepTrouble, type Lead, placed, retryAt, send } from './driver-lead.ts';
import type { Answer, JobEnd, SiteReport } from './model.ts';
import type { JobEvent } from './status.ts';
import { markPurged } from './store-changes.ts';
import type { StoredJob } from './store-jobs.ts';

/** Brings the output of an ended job, and keeps its report and its final state together. */
export async function collect(lead: Lead, system: string, job: StoredJob): Promise<void> {
  const backend = lead.options.backendOf(job.site);
  at(lead, 'driver:before-fetch');
  const answer = await send(lead, job.site, mark => backend.fetch(placed(job), job.site, mark));
  at(lead, 'driver:after-fetch');
  if (lead.signal.aborted && answer.kind !== 'ended') return;
  const output = answer.kind === 'ended' ? backend.outputIn(answer) : undefined;
  if (answer.kind === 'ended') await clearTrouble(lead, system);
  if (!output) return notFetched(lead, system, job, answer);
  const report = lead.options.read(output, job);
  const end = output.end ?? job.end;
  const { event, reason } = verdict(job, report, end);
  const ended = job.ended || report.complete || (end !== undefined && end.how !== 'node-failed');
  const more = { event, reason, ended, ...(end ? { end } : {}) };
  await change(lead, [{ id: job.id, from: 'collecting', ...more, report: { report, output } }]);
  at(lead, 'driver:after-collect');
}

/** What a job's end amounts to. A job that said its last word is believed. */
export function verdict(
  job: Pick<StoredJob, 'cancelRequested'>,
  report: SiteReport,
  end: JobEnd | undefined,
): { readonly event: JobEvent; readonly reason: string } {
  if (report.complete && report.outcome !== 'cut-off' && !isCancelled(job, report, end))
    return { event: `collected-${report.outcome}`, reason: `${ender(report, end)}${report.text ?? ''}` };
  if (report.complete && report.outcome !== 'cut-off')
    return { event: 'collected-cancelled', reason: `Cancelled while it ran. ${report.text ?? ''}`.trim() };
  const stopped = 'before it said its last word; the next writing job mends what it left';
  if (end?.how === 'cancelled' || (job.cancelRequested && end?.how !== 'timeout'))
    return { event: 'collected-cancelled', reason: `Cancelled ${stopped}` };
  if (!end) {
    const reason = 'Neither its batch system nor its output says what became of it: look at the site';
    return { event: 'collected-nothing', reason };
  }
  return { event: 'collected-failed', reason: `${ENDS[end.how](end.exit)} ${stopped}` };
}

/** A job that a signal stopped does not know why; who sent the signal may. */
function ender({ code }: SiteReport, end: JobEnd | undefined): string {
  return code === 'interrupted' && end && end.how !== 'exited' ? `${ENDS[end.how]()}. ` : '';
}

/** Whether a job that had time to say that a signal stopped it was stopped because somebody cancelled it. */
function isCancelled(
  { cancelRequested }: Pick<StoredJob, 'cancelRequested'>,
  { code }: SiteReport,
  end: JobEnd | undefined,
): boolean {
  return code === 'interrupted' && (end?.how === 'cancelled' || (cancelRequested && end?.how !== 'timeout'));
}

const ENDS: Readonly<Record<JobEnd['how'], (exit?: number) => string>> = {
  exited: exit => `It ended${exit === undefined ? '' : ` with exit code ${exit}`}`,
  cancelled: () => 'Cancelled',
  timeout: () => 'Its time was over',
  'node-failed': () => 'Its node failed',
  killed: () => 'It was killed',
};

/** A site that was not reached is tried for ever; one that answers, but not with the output, a few times. */
async function notFetched(lead: Lead, system: string, job: StoredJob, answer: Answer): Promise<void> {
  const failures = job.failures + 1;
  const mine = { id: job.id, from: 'collecting' } as const;
  if (answer.kind === 'ended' && failures >= lead.options.limits.collects) {
    const reason = 'It ended, and nothing of its output could be had: look at the site';
    await change(lead, [{ ...mine, event: 'collected-nothing', reason }]);
  } else {
    const why = answer.kind === 'ended' ? 'its output is not there yet' : answer.reason;
    if (answer.kind !== 'ended' && answer.kind !== 'unsure') await keepTrouble(lead, system, why);
    const reason = `It ended; its report could not be fetched yet: ${why}`;
    await change(lead, [{ ...mine, reason, failures, notBefore: retryAt(lead, failures) }]);
  }
}

/** Removes what one batch system's submit host keeps of jobs that ended long ago. */
export async function purge(lead: Lead, jobs: readonly StoredJob[]): Promise<void> {
  const [first] = jobs;
  if (!first) return;
  const backend = lead.options.backendOf(first.site);
  at(lead, 'driver:before-purge');
  const answer = await send(lead, first.site, mark => backend.purge(jobs.map(placed), first.site, mark));
  at(lead, 'driver:after-purge');
  if (answer.kind === 'ended' && answer.code === 0) await markPurged(lead.options.store, jobs);
}
