import { resolve } from 'node:path';
import { given } from '../given.ts';
import type {
  BinaryKit,
  CommandLists,
  MaintenanceWindow,
  PackageRepository,
  Site,
  SshHost,
} from '../model.ts';
import { timeOf } from './maintenance-schema.ts';
import type { ValidSite } from './site-schema.ts';
import { mebibytesIn, secondsIn } from './values.ts';

/** What a site takes from around it. */
export interface SiteContext {
  readonly vo: string;
  /** Directory of the sites file: relative paths of this machine count from here. */
  readonly directory: string;
  /** Command lists of the site's back end, when it is one of the file's own. */
  readonly commands?: CommandLists | undefined;
}

/** A site of the file as the rest of the program knows it. */
export function siteFrom(valid: ValidSite, { vo, directory, commands }: SiteContext): Site {
  const { name, spool, queue, area, prefix, group, kit, bootstrap, build } = valid;
  return {
    name,
    vo,
    backend: valid.backend ?? 'local',
    ...given({ host: hostOf(valid, directory), spool, queue, commands, area, prefix, group }),
    ...given({ slurm: slurmOf(valid), kit: kit as BinaryKit | undefined, bootstrap, build }),
    ...given({ repository: repositoryOf(valid, directory) }),
    packages: [...new Set(valid.packages)],
    maintenance: (valid.maintenance ?? []).map(windowOf),
    tags: [...new Set(valid.tags)],
    credentials: valid.credentials ?? [],
    wallMinutes: Math.ceil(secondsIn(valid.wall ?? '2h') / 60),
    minimumFreeMiB: mebibytesIn(valid.minimumFree ?? '20M'),
    lockWaitSeconds: secondsIn(valid.lockWait ?? '5m'),
  };
}

function hostOf({ host, sshConfig }: ValidSite, directory: string): SshHost | undefined {
  if (host === undefined) return undefined;
  const { destination, config = sshConfig } =
    typeof host === 'string' ? { destination: host, config: sshConfig } : host;
  return { destination, ...(config !== undefined && { config: resolve(directory, config) }) };
}

/** Slurm's values for a site of Slurm; the defaults may have them for sites of other kinds too. */
function slurmOf({ backend, slurm }: ValidSite): Site['slurm'] {
  if (backend !== 'slurm' || slurm === undefined) return undefined;
  const { conf, cluster, account, options = [] } = slurm;
  return { ...given({ conf, cluster, account }), options };
}

function repositoryOf({ repository }: ValidSite, directory: string): PackageRepository | undefined {
  if (repository === undefined) return undefined;
  const { url, summary } =
    typeof repository === 'string' ? { url: repository, summary: undefined } : repository;
  const place =
    summary === undefined || /^[a-z]+:\/\//i.test(summary) ? summary : resolve(directory, summary);
  return { url: url.replace(/\/+$/, ''), ...(place !== undefined && { summary: place }) };
}

function windowOf(window: NonNullable<ValidSite['maintenance']>[number]): MaintenanceWindow {
  const { reason } = window;
  if ('cron' in window) {
    const { cron, zone } = window;
    return {
      kind: 'recurring',
      cron,
      minutes: Math.ceil(secondsIn(window.for) / 60),
      ...given({ zone, reason }),
    };
  }
  const [from, to] = [window.from, window.to].map(text => new Date(timeOf(text)).toISOString());
  return { kind: 'once', from: from ?? '', to: to ?? '', ...given({ reason }) };
}
