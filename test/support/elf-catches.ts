import { elf as catcher } from '../../server/src/core/catchers/elf.ts';
import type { Caught } from '../../server/src/core/model.ts';
import { elfFromWords } from './elf.ts';
import { caught, payload } from './payload.ts';

/** Where the file stands, and the `pkg.depend.runpath` that applies to it. */
interface Place {
  readonly path?: string;
  readonly runPath?: string;
}

/** What the catcher says of an ELF file, given as such or by its words. */
export function inspect(content: string | Uint8Array, place: Place = {}): Caught {
  return caught(catcher, payload(typeof content === 'string' ? elfFromWords(content) : content, place));
}

/** `candidates (confidence)` of everything that the file needs. */
export function needs(content: string | Uint8Array, place: Place = {}): readonly string[] {
  return inspect(content, place).dependencies.map(
    ({ anyOf, confidence }) => `${anyOf.join(' ')} (${confidence})`,
  );
}

/** Messages of the faults of the file. */
export function faults(content: string | Uint8Array, place: Place = {}): readonly string[] {
  return inspect(content, place).faults.map(({ message }) => message);
}
