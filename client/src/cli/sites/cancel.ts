import { job, jobs, requestCancel, type StoredJob } from '../../grid/store.ts';
import { driveJobs } from '../../sites/drive-jobs.ts';
import type { SitesPlace } from '../../sites/sites-place.ts';
import type { OpenState } from '../../sites/state.ts';
import { complain, type ExitCode, type Host, note, printableLine } from '../host.ts';
import { withStore } from './open-store.ts';
import type { CommonOptions } from './options.ts';
import { chosenNames } from './selection.ts';
import { openSites } from './sites-place.ts';
import { withSurroundings } from './surroundings.ts';

/** A batch system is given so long to end its jobs, in milliseconds. */
const LONGEST_WAIT = 120_000;

/** `packwright sites cancel`: ends jobs that were not sent, and has the batch systems end the others. */
export async function cancelJobs(
  ids: readonly string[],
  options: CommonOptions,
  host: Host,
): Promise<ExitCode> {
  if (ids.length === 0 && !options.site && !options.tag) {
    complain(host, 'say which jobs: ids (packwright sites log lists them), --site NAME or --tag TAG');
    return 2;
  }
  const place = openSites(options, host);
  const names = place && chosenNames(place, options, host);
  if (!place || !names) return 2;
  return withStore(options, host, async state => {
    const chosen = await chosenJobs(ids, names, place, state, host);
    if (!chosen) return 2;
    return cancel(chosen, place, state, host);
  });
}

async function cancel(
  chosen: readonly StoredJob[],
  place: SitesPlace,
  state: OpenState,
  host: Host,
): Promise<ExitCode> {
  if (chosen.length === 0) {
    note(host, 'no job is under way there');
    return 0;
  }
  for (const { id } of chosen) await requestCancel(state.store, id, state.who);
  const awaited = { ids: chosen.map(({ id }) => id), settled: hasEnded, wait: LONGEST_WAIT };
  await withSurroundings(host, around => driveJobs(place, state, awaited, around));
  const after = await jobs(state.store, { ids: awaited.ids });
  for (const { id, site, request, state: at, reason } of after)
    host.out.write(
      `${printableLine(`${site.name}  ${request.verb}  ${id.slice(0, 8)}  ${at}${reason ? `: ${reason}` : ''}`)}\n`,
    );
  return after.every(hasEnded) ? 0 : 1;
}

function hasEnded(one: StoredJob): boolean {
  return one.endedAt !== undefined;
}

/** The jobs of the ids, or all open ones of the sites; complains of an id that means none. */
async function chosenJobs(
  ids: readonly string[],
  names: readonly string[],
  { file: { vo } }: SitesPlace,
  { store }: OpenState,
  host: Host,
): Promise<readonly StoredJob[] | undefined> {
  if (ids.length === 0)
    return (await jobs(store, { vo, open: true })).filter(each => names.includes(each.site.name));
  const found = await Promise.all(ids.map(id => job(store, id)));
  for (const [index, id] of ids.entries()) {
    if (found[index]) continue;
    complain(host, `no job has the id ${id}, or several have; packwright sites log lists them`);
    return undefined;
  }
  return found.filter(each => each !== undefined);
}
