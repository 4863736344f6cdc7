import { setFlagsFromString } from 'node:v8';
import { dependGenerate } from './depend/generate-line.ts';
import { runProcess } from './process-host.ts';

/**
 * `packwright depend generate` alone, as a process: a build calls it once for each package, so `main.ts` loads it
 * without the rest of the program. And most runs are over before TurboFan has done enough to pay for itself: without
 * this last optimiser thousands of files take a fifth less, tens of thousands a tenth more.
 */
export function run(): Promise<void> {
  setFlagsFromString('--no-turbofan');
  return runProcess((argv, host) => dependGenerate(argv.slice(2), host));
}
