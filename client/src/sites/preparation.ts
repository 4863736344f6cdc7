import type { DriverOptions } from '../grid/driver.ts';
import { prepareMaterial } from '../grid/material.ts';
import { openPackageSource } from '../grid/package-source.ts';
import { openVulnerabilitySource } from '../grid/vulnerability-source.ts';
import type { Surroundings } from './surroundings.ts';

/** Finds out what jobs need to be told; what a person should know of it (old copies, say) is said once. */
export function preparation(around: Surroundings): DriverOptions['prepare'] {
  const means = { cacheDirectory: around.cacheDirectory, now: Date.now };
  const sources = {
    packages: openPackageSource(means),
    vulnerabilities: openVulnerabilitySource(means),
  };
  const said = new Set<string>();
  return async (job, endedJobs, signal) => {
    const prepared = await prepareMaterial(job, endedJobs, sources, signal);
    for (const text of prepared.kind === 'ready' ? (prepared.notes ?? []) : []) {
      if (!said.has(text)) around.note(text);
      said.add(text);
    }
    return prepared;
  };
}
