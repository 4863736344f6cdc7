import type { Catcher } from '../model.ts';
import { compression } from './compression.ts';
import { directory } from './directory.ts';
import { dlopen } from './dlopen.ts';
import { elf } from './elf.ts';
import { hardlink } from './hardlink.ts';
import { java } from './java.ts';
import { man } from './man.ts';
import { perl } from './perl.ts';
import { pkgConfig } from './pkg-config.ts';
import { python } from './python.ts';
import { script } from './script.ts';
import { shell } from './shell.ts';
import { smf } from './smf.ts';
import { symlink } from './symlink.ts';
import { userGroup } from './user-group.ts';

/** Every catcher, in the order in which they are listed to the user. One line per file. */
export const catchers: readonly Catcher[] = [
  script,
  elf,
  dlopen,
  python,
  hardlink,
  symlink,
  userGroup,
  directory,
  smf,
  java,
  compression,
  perl,
  shell,
  pkgConfig,
  man,
];
