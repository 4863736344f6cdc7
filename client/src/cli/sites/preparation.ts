import { join } from 'node:path';
import { defaultCachePath } from '../../../../server/src/io/world.ts';
import type { DriverOptions } from '../../grid/driver.ts';
import { prepareMaterial } from '../../grid/material.ts';
import { openPackageSource } from '../../grid/package-source.ts';
import { openVulnerabilitySource } from '../../grid/vulnerability-source.ts';
import { type Host, note } from '../host.ts';
import type { SitesPlace } from './sites-place.ts';

/** Finds out what jobs need to be told; what a person should know of it (old copies, say) is said once. */
export function preparation({ file }: SitesPlace, host: Host): DriverOptions['prepare'] {
  const means = { cacheDirectory: join(defaultCachePath(host.env), 'downloads'), now: Date.now };
  const sources = {
    packages: openPackageSource(means),
    vulnerabilities: openVulnerabilitySource(means),
    vulnerabilitySource: file.vulnerabilities,
  };
  const said = new Set<string>();
  return async (job, endedJobs, signal) => {
    const prepared = await prepareMaterial(job, endedJobs, sources, signal);
    for (const text of prepared.kind === 'ready' ? (prepared.notes ?? []) : []) {
      if (!said.has(text)) note(host, text);
      said.add(text);
    }
    return prepared;
  };
}
