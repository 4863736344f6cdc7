import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the part of the heap small in which values are made. The text of each job is large and short-lived, and
 * V8 answers by making this part grow to more than all the rest, which every program that is started pays for:
 * a fork copies the tables of all memory. The flag is V8's own, so it is given only to the version that has it.
 */
export function keepYoungGenerationSmall(): void {
  if (process.versions.v8.startsWith('13.')) setFlagsFromString('--semi-space-growth-factor=1');
}
