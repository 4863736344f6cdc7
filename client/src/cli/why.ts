import type { Command } from 'commander';
import type { Host } from './host.ts';
import type { Exit } from './subcommands.ts';
import { type TreeOptions, treeOptions } from './tree-options.ts';
import { runWhy } from './why-run.ts';

/** `packwright why FILE|MANIFEST:LINE [NEED]`. */
export function defineWhy(command: Command, host: Host, exit: Exit): void {
  command
    .argument('<PLACE>', 'a payload file, an installed path, a manifest, or MANIFEST:LINE')
    .argument('[NEED]', 'only this need: libz.so.1, /usr/bin/perl')
    .addHelpText('after', examples);
  treeOptions(command).action(async (place: string, need: string | undefined, options: TreeOptions) =>
    exit(await runWhy(place, need, options, host)),
  );
}

const examples = `
Examples:
  packwright why proto/usr/bin/greet            what a built file needs, and who brings it
  packwright why usr/bin/greet libc.so.1        one need of what is installed as usr/bin/greet
  packwright why manifests/greet.p5m:14         on a file line: its needs; on a depend line: who needs it
  packwright why manifests/greet.p5m            everything`;
