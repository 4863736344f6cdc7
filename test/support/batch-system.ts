import type {
  Answer,
  Command,
  Job,
  JobBackend,
  JobEnd,
  JobOutput,
  Placed,
  Sighting,
  Site,
  Submission,
} from '../../client/src/grid/model.ts';

/** What a command of the double says; its script is this in JSON. */
export type Order =
  | { readonly op: 'submit'; readonly id: string; readonly site: string; readonly name: string }
  | { readonly op: 'find'; readonly id: string }
  | { readonly op: 'poll'; readonly ids: readonly string[] }
  | { readonly op: 'fetch' | 'cancel'; readonly id: string }
  | { readonly op: 'purge'; readonly ids: readonly string[] };

/** A job as the batch system sees it. */
export interface BatchJob {
  readonly id: string;
  readonly site: string;
  readonly ticket: string;
  state: 'waiting' | 'running' | 'ended' | 'gone';
  end?: JobEnd;
  /** `undefined`: cut off without a last word. */
  output: JobOutput | undefined;
}

/** An in-memory batch system that serves many sites: what the commands of its back end are carried out by. */
export class BatchSystem {
  readonly jobs = new Map<string, BatchJob>();
  /** Every order that arrived. */
  readonly orders: Order[] = [];
  /** Sites that had two live jobs at a time: there must be none. */
  readonly crowded: string[] = [];
  /** Ids that are not taken. */
  refusing: string | undefined;
  readonly purged: string[] = [];
  #tickets = 0;

  /** Carries out what arrived, and gives the lines of the answer. */
  obey(order: Order): readonly string[] {
    this.orders.push(order);
    switch (order.op) {
      case 'submit':
        return [JSON.stringify(this.#submit(order))];
      case 'find':
        return [JSON.stringify(this.#submission(this.jobs.get(order.id)))];
      case 'poll':
        return order.ids.map(id => JSON.stringify([id, this.#sighting(id)]));
      case 'fetch':
        return [JSON.stringify(this.jobs.get(order.id)?.output ?? null)];
      case 'cancel':
        this.finish(order.id, { how: 'cancelled' }, false);
        return [];
      case 'purge':
        this.purged.push(...order.ids);
        return [];
    }
  }

  count(op: Order['op']): number {
    return this.orders.filter(order => order.op === op).length;
  }

  /** Waiting or running. */
  live(site: string): readonly BatchJob[] {
    return [...this.jobs.values()].filter(job => job.site === site && isLive(job));
  }

  run(id: string): void {
    const job = this.jobs.get(id);
    if (job?.state === 'waiting') job.state = 'running';
  }

  /** Ends a live job; `last`: it could say its last word. */
  finish(id: string, end: JobEnd = { how: 'exited', exit: 0 }, last = true): void {
    const job = this.jobs.get(id);
    if (!job || !isLive(job)) return;
    job.state = 'ended';
    job.end = end;
    job.output = { end, stdout: last ? `ok ${id}` : 'cut', stderr: '', truncated: false };
  }

  /** Forgets a job; `kept`: its output is still there. */
  forget(id: string, kept: boolean): void {
    const job = this.jobs.get(id);
    if (!job) return;
    job.state = 'gone';
    if (!kept) job.output = undefined;
    delete job.end;
  }

  #submit(order: Order & { readonly op: 'submit' }): Submission {
    const known = this.jobs.get(order.id);
    if (known) return this.#submission(known);
    if (this.refusing) return { kind: 'rejected', reason: this.refusing };
    if (this.live(order.site).length > 0) this.crowded.push(order.site);
    const ticket = String(++this.#tickets);
    const job: BatchJob = { id: order.id, site: order.site, ticket, state: 'waiting', output: undefined };
    this.jobs.set(order.id, job);
    return { kind: 'accepted', ticket };
  }

  #submission(job: BatchJob | undefined): Submission {
    return job ? { kind: 'accepted', ticket: job.ticket } : { kind: 'absent' };
  }

  #sighting(id: string): Sighting {
    const job = this.jobs.get(id);
    if (!job) return { state: 'gone' };
    return { state: job.state, ...(job.end ? { end: job.end } : {}) };
  }
}

/** The back end that speaks to the double; sites with the same host are one batch system. */
export const scripted: JobBackend = {
  name: 'scripted',
  doc: 'A batch system in memory.',
  systemOf: site => site.host?.destination ?? site.name,
  submit: (job: Job, site: Site, mark) =>
    command(site, mark, { op: 'submit', id: job.id, site: site.name, name: job.name }),
  find: (job, site, mark) => command(site, mark, { op: 'find', id: job.id }),
  submissionIn: answer =>
    answer.kind === 'ended'
      ? JSON.parse(answer.lines[0]!)
      : { kind: 'unsure', reason: 'the connection broke' },
  poll: (jobs, site, mark) => command(site, mark, { op: 'poll', ids: ids(jobs) }),
  sightingsIn: answer => new Map(linesOf(answer).map(line => JSON.parse(line))),
  fetch: (job, site, mark) => command(site, mark, { op: 'fetch', id: job.id }),
  outputIn: answer => JSON.parse(linesOf(answer)[0] ?? 'null') ?? undefined,
  cancel: (job, site, mark) => command(site, mark, { op: 'cancel', id: job.id }),
  purge: (jobs, site, mark) => command(site, mark, { op: 'purge', ids: ids(jobs) }),
};

function command(site: Site, mark: string, order: Order): Command {
  const script = JSON.stringify(order);
  const host = site.host ? { host: site.host } : {};
  return { kind: 'script', ...host, script, mark, seconds: 30, maxBytes: 1_000_000 };
}

function ids(jobs: readonly Placed[]): readonly string[] {
  return jobs.map(job => job.id);
}

function linesOf(answer: Answer): readonly string[] {
  return answer.kind === 'ended' ? answer.lines : [];
}

function isLive(job: BatchJob): boolean {
  return job.state === 'waiting' || job.state === 'running';
}
