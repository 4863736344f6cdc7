import { backendOf } from '../grid/backends/index.ts';
import { createCredentialCheck } from '../grid/credentials.ts';
import type { DriverOptions } from '../grid/driver.ts';
import { composeScript, jobOf } from '../grid/job/job.ts';
import { readReport } from '../grid/job/result.ts';
import { jobScript } from '../grid/job/script.ts';
import { maintenanceAt } from '../grid/maintenance.ts';
import type { JobBackend, Site } from '../grid/model.ts';
import { createRunner } from '../grid/runner.ts';
import { preparation } from './preparation.ts';
import type { SitesPlace } from './sites-place.ts';
import { type OpenState, randomId } from './state.ts';
import type { Surroundings } from './surroundings.ts';

/** What the driver does its work with. */
export type GridWork = Pick<
  DriverOptions,
  'backendOf' | 'run' | 'prepare' | 'compose' | 'checkCredentials' | 'read' | 'maintenanceAt' | 'newMark'
>;

/** Puts the grid together for this machine; whoever asks for it disposes of it. */
export function gridTools(
  place: SitesPlace,
  { fault }: OpenState,
  around: Surroundings,
): { readonly options: GridWork; readonly dispose: () => Promise<void> } {
  const { limits } = place.file;
  const runner = createRunner({
    env: around.env,
    limits: { commands: limits.commands, commandsPerHost: limits.commandsPerHost },
    ...(fault ? { fault } : {}),
  });
  const check = createCredentialCheck({
    run: runner.run,
    runProgram: runner.runProgram,
    mark: randomId,
    now: Date.now,
  });
  return {
    dispose: () => runner.dispose(),
    options: {
      run: (command, signal) =>
        runner.run({ ...command, seconds: Math.min(command.seconds, limits.commandSeconds) }, signal),
      backendOf: backendFor,
      prepare: preparation(around),
      compose: (job, material) => {
        const composed = composeScript(job, material, jobScript);
        return composed.kind === 'refused' ? composed : jobOf(job, composed.text);
      },
      checkCredentials: check,
      read: (output, job) => readReport(output.stdout, job),
      maintenanceAt,
      newMark: randomId,
    },
  };
}

/** Every site of a readable sites file has a back end; a job may be older than the file. */
function backendFor(site: Site): JobBackend {
  const backend = backendOf(site);
  if (!backend) throw new Error(`no back end is called ${site.backend}`);
  return backend;
}

/** Key of the batch system of a site: sites of one key are asked, and fail to answer, together. */
export function systemOf(site: Site): string | undefined {
  const backend = backendOf(site);
  return backend && `${backend.name} ${backend.systemOf(site)}`;
}
