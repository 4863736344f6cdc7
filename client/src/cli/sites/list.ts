import { type DriverRow, driverRow, jobs } from '../../grid/store.ts';
import { type SiteStatus, statusReport } from '../../report/status-report.ts';
import { table } from '../../report/text-table.ts';
import { statusInput } from '../../sites/knowledge.ts';
import type { SitesPlace } from '../../sites/sites-place.ts';
import type { OpenState } from '../../sites/state.ts';
import type { ExitCode, Host } from '../host.ts';
import { withStore } from './open-store.ts';
import type { StatusOptions } from './options.ts';
import { chosenNames } from './selection.ts';
import { openSites } from './sites-place.ts';
import { style, writeText } from './write-report.ts';

/** `packwright sites list`: the sites, how they are reached, and what is under way. Asks nobody. */
export async function listSites(options: StatusOptions, host: Host): Promise<ExitCode> {
  const place = openSites(options, host);
  const names = place && chosenNames(place, options, host);
  if (!place || !names) return 2;
  return withStore(options, host, async state => {
    const report = statusReport(await statusInput(place, names, state.store));
    const open = await jobs(state.store, { vo: place.file.vo, open: true });
    const driver = await livingDriver(state);
    const counts = Map.groupBy(open, job => job.site.name);
    const rows = report.sites.map(status => rowOf(status, place, counts.get(status.name)?.length ?? 0));
    const text =
      options.format === 'json'
        ? listJson(place, rows, driver)
        : listText(rows, open.length, driver, options, host);
    return (await writeText(text, options, host)) ? 0 : 2;
  });
}

interface Row {
  readonly name: string;
  readonly backend: string;
  readonly host: string | null;
  readonly queue: string | null;
  readonly tags: readonly string[];
  readonly state: SiteStatus['state'];
  readonly reason: string;
  readonly checkedAt: string | null;
  /** Not ended. */
  readonly jobs: number;
}

function rowOf(status: SiteStatus, { file }: SitesPlace, open: number): Row {
  const site = file.sites.find(each => each.name === status.name);
  return {
    name: status.name,
    backend: site?.backend ?? '-',
    host: site?.host?.destination ?? null,
    queue: site?.queue ?? null,
    tags: status.tags,
    state: status.state,
    reason: status.reason,
    checkedAt: status.checkedAt,
    jobs: open,
  };
}

/** The process that moves jobs on, unless it is dead or silent. */
async function livingDriver({ store, isDead }: OpenState): Promise<DriverRow | undefined> {
  const row = await driverRow(store);
  return row && !isDead(row.process) && row.leaseUntil > Date.now() ? row : undefined;
}

function listText(
  rows: readonly Row[],
  open: number,
  driver: DriverRow | undefined,
  options: StatusOptions,
  host: Host,
): string {
  const { clean, paint } = style(options, host);
  const body = table(
    ['SITE', 'STATE', 'BACK END', 'HOST', 'QUEUE', 'TAGS', 'JOBS', 'CHECKED'],
    rows.map(row => [
      clean(row.name),
      row.state,
      clean(row.backend),
      clean(row.host ?? 'here'),
      clean(row.queue ?? '-'),
      clean(row.tags.join(' ') || '-'),
      String(row.jobs),
      row.checkedAt ? `${row.checkedAt.slice(0, 10)} ${row.checkedAt.slice(11, 16)}Z` : 'never',
    ]),
    paint,
  );
  return `${body}${driving(open, driver)}`;
}

/** Whether somebody moves the jobs on that have not ended. */
function driving(open: number, driver: DriverRow | undefined): string {
  if (open === 0) return '';
  const [jobs, them] = open === 1 ? ['1 job waits or runs', 'it'] : [`${open} jobs wait or run`, 'them'];
  return driver
    ? `\n${jobs}; process ${driver.process.pid} on ${driver.process.host} moves ${them} on.\n`
    : `\n${jobs}, and nothing is running that moves ${them} on: run packwright sites status.\n`;
}

function listJson({ file }: SitesPlace, rows: readonly Row[], driver: DriverRow | undefined): string {
  const by = driver ? { host: driver.process.host, pid: driver.process.pid } : null;
  return `${JSON.stringify({ version: 1, vo: file.vo, driver: by, sites: rows }, undefined, 2)}\n`;
}
