import { newRecord } from '../../grid/job/job.ts';
import { endedJobs, type StoredJob } from '../../grid/store.ts';
import { gridTools } from '../../sites/grid-tools.ts';
import type { SitesPlace } from '../../sites/sites-place.ts';
import { type OpenState, randomId } from '../../sites/state.ts';
import { complain, type ExitCode, type Host } from '../host.ts';
import type { RequestOptions } from './options.ts';
import type { Wanted } from './request.ts';
import { withSurroundings } from './surroundings.ts';
import { writeText } from './write-report.ts';

/** Prints the script of one site's job as it would be sent now; sends and keeps nothing. */
export async function printJob(
  place: SitesPlace,
  wanted: readonly Wanted[],
  state: OpenState,
  options: RequestOptions,
  host: Host,
): Promise<ExitCode> {
  const [one] = wanted;
  if (!one || wanted.length > 1) {
    complain(host, '--print-job prints the job of one site: choose it with --site');
    return 2;
  }
  return withSurroundings(host, async around => {
    const tools = gridTools(place, state, around);
    try {
      const job = unsent(one);
      const ended = await endedJobs(state.store, place.file.vo, one.site.name);
      const prepared = await tools.options.prepare(job, ended, host.signal);
      if (prepared.kind === 'refused') {
        complain(host, prepared.reason);
        return 1;
      }
      const composed = tools.options.compose(job, prepared.material);
      if ('reason' in composed) {
        complain(host, composed.reason);
        return 1;
      }
      return (await writeText(composed.script, options, host)) ? 0 : 2;
    } finally {
      await tools.dispose();
    }
  });
}

/** The job as it would be stored. */
function unsent({ site, request }: Wanted): StoredJob {
  const record = newRecord({ site, request, id: randomId(), nonce: randomId(), now: Date.now() });
  return { ...record, doubtUntil: 0, ended: false };
}
