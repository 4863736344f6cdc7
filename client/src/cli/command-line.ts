import { runProcess } from './process-host.ts';
import { runCli } from './program.ts';

/** Every sub-command, as a process: what `main.ts` loads. */
export function run(): Promise<void> {
  return runProcess(runCli);
}
