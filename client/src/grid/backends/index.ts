import type { JobBackend, Site } from '../model.ts';
import { commandBackend } from './command.ts';
import { localBackend } from './local.ts';
import { slurmBackend } from './slurm.ts';

/** The back ends that are built in. One file each and one line here. */
export const backends: readonly JobBackend[] = [localBackend, slurmBackend];

/** The back end of a site: one of its sites file's own, or a built-in one; `undefined` when there is none of that name. */
export function backendOf(site: Site): JobBackend | undefined {
  if (site.commands) return commandBackend(site.backend, site.commands);
  return backends.find(({ name }) => name === site.backend);
}
