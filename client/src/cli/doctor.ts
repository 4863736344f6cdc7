import type { Command } from 'commander';
import { runDoctor } from './doctor-run.ts';
import type { Host } from './host.ts';
import type { Exit } from './subcommands.ts';
import { type TreeOptions, treeOptions } from './tree-options.ts';

/** `packwright doctor [DIR…]`. */
export function defineDoctor(command: Command, host: Host, exit: Exit): void {
  command
    .argument('[DIR...]', 'package trees; by default the one around here')
    .addHelpText('after', '\nExit codes: 0 all is well, 1 something is missing or broken, 2 could not work.');
  treeOptions(command).action(async (directories: string[], options: TreeOptions) =>
    exit(await runDoctor(directories, options, host)),
  );
}
