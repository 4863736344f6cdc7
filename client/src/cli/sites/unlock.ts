import { createInterface } from 'node:readline/promises';
import type { LockReport, Site } from '../../grid/model.ts';
import { enqueue, reportsOf } from '../../grid/store.ts';
import { driveJobs, isSettled } from '../../sites/drive-jobs.ts';
import { type SitesPlace, sitesNamed } from '../../sites/sites-place.ts';
import type { OpenState } from '../../sites/state.ts';
import { complain, type ExitCode, type Host, note, printableLine } from '../host.ts';
import { withStore } from './open-store.ts';
import type { RequestOptions } from './options.ts';
import { send } from './request.ts';
import { chosenNames } from './selection.ts';
import { openSites } from './sites-place.ts';
import { withSurroundings } from './surroundings.ts';

/** Without `--wait`, in milliseconds. */
const LONGEST_WAIT = 600_000;

/**
 * `packwright sites unlock SITE`: looks who holds the lock, has it confirmed that this job is dead, and sends a
 * job that breaks this lock and no other. Both jobs stay in the history.
 */
export async function unlockSite(name: string, options: RequestOptions, host: Host): Promise<ExitCode> {
  const place = openSites(options, host);
  const names = place && chosenNames(place, { ...options, site: [name] }, host);
  const site = place && names && sitesNamed(place, names)[0];
  if (!place || !site) return 2;
  if (!options.yes && !host.err.terminal) {
    complain(host, 'a person has to confirm that the job is dead: add --yes when it certainly is');
    return 2;
  }
  return withStore(options, host, async state => {
    const owner = options.owner ?? (await heldBy(site, place, state, options, host));
    if (owner === undefined) return 0;
    if (!options.yes && !(await confirmed(host))) return 1;
    const request = { verb: 'unlock', packages: [], dryRun: false, lockOwner: owner } as const;
    const wait = options.wait ?? LONGEST_WAIT;
    return send(place, [{ site, request }], state, { ...options, wait, format: 'text' }, host);
  });
}

/** Probes, and tells who holds the lock; `undefined` when nobody does. */
async function heldBy(
  site: Site,
  place: SitesPlace,
  state: OpenState,
  options: RequestOptions,
  host: Host,
): Promise<string | undefined> {
  const request = { verb: 'probe', packages: [], dryRun: false } as const;
  const [asked] = await enqueue(state.store, [{ site, request }], state.who);
  const ids = asked ? [asked.job.id] : [];
  await withSurroundings(host, around =>
    driveJobs(place, state, { ids, settled: isSettled, wait: options.wait ?? LONGEST_WAIT }, around),
  );
  const [newest] = await reportsOf(state.store, site.vo, site.name, 1);
  const lock = newest?.report.lock;
  if (!lock?.owner || lock.state === 'free') {
    note(host, `${site.name}: nobody holds the lock`);
    return undefined;
  }
  host.err.write(`${printableLine(described(site, lock))}\n`);
  return lock.owner;
}

function described(site: Site, lock: LockReport): string {
  const since = lock.since === undefined ? '' : ` since ${new Date(lock.since * 1000).toISOString()}`;
  const silent = lock.silentFor === undefined ? '' : `; its last sign of life is ${lock.silentFor} s old`;
  return `${site.name}: the lock is held by ${lock.account ?? 'somebody'} on ${lock.host ?? 'some host'} (process ${lock.pid ?? '?'}, job ${lock.job ?? '?'})${since}${silent}.`;
}

async function confirmed({ err }: Host): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader.question(
    'Two writers corrupt the package database. Is that job certainly dead? (yes/no) ',
  );
  reader.close();
  if (/^yes$/i.test(answer.trim())) return true;
  err.write('The lock stays.\n');
  return false;
}
