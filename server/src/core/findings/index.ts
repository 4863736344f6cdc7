import { dangling } from './dangling.ts';
import { faulty } from './faulty.ts';
import type { FindingKind } from './finding-kind.ts';
import { indirect } from './indirect.ts';
import { plugIn } from './plug-in.ts';
import { settings } from './settings.ts';
import { symbolVersion } from './symbol-version.ts';
import { syntax } from './syntax.ts';
import { undeclared } from './undeclared.ts';
import { undelivered } from './undelivered.ts';
import { unneeded } from './unneeded.ts';
import { unowned } from './unowned.ts';
import { unresolvable } from './unresolvable.ts';
import { variantGap } from './variant-gap.ts';

export type { FindingKind } from './finding-kind.ts';

/** Every finding there is, in the order of the manual. */
export const findings: readonly FindingKind[] = [
  undeclared,
  undelivered,
  indirect,
  variantGap,
  symbolVersion,
  unresolvable,
  unowned,
  dangling,
  unneeded,
  faulty,
  plugIn,
  syntax,
  settings,
];
