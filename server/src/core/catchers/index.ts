import type { Catcher } from '../model.ts';
import { elf } from './elf.ts';
import { script } from './script.ts';

/** Every catcher, in the order in which they are listed to the user. One line per file. */
export const catchers: readonly Catcher[] = [script, elf];
