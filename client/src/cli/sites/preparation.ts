import type { DriverOptions } from '../../grid/driver.ts';
import type { Host } from '../host.ts';
import type { SitesPlace } from './sites-place.ts';

/** Finds out what a job needs to know, on this machine. */
export function preparation(_place: SitesPlace, _host: Host): DriverOptions['prepare'] {
  return async (_job, endedJobs) => ({
    kind: 'ready',
    material: { plan: [], newest: [], vulnerabilities: { kind: 'none' }, endedJobs },
  });
}
