import { dependGenerate } from './depend/generate-line.ts';
import { runProcess } from './process-host.ts';

/**
 * `packwright depend generate` alone, as a process: a build calls it once for each package, so `main.ts` loads it
 * without the rest of the program.
 */
export function run(): Promise<void> {
  return runProcess(async (argv, host) => dependGenerate(argv.slice(2), host));
}
