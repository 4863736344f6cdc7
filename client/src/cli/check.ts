import { type Command, Option } from 'commander';
import { type CheckOptions, runCheck } from './check-run.ts';
import type { Host } from './host.ts';
import { reporters } from './reporters/index.ts';
import type { Exit } from './subcommands.ts';
import { treeOptions } from './tree-options.ts';

/** `packwright check [PATH…]`. */
export function defineCheck(command: Command, host: Host, exit: Exit): void {
  command
    .argument('[PATH...]', 'manifests, or directories with manifests')
    .addOption(
      new Option('--format <FORMAT>', 'how findings are written')
        .choices(reporters.map(each => each.name))
        .default(reporters[0]?.name),
    )
    .option('--fix', 'repair what has a sure repair, then report the rest')
    .addOption(
      new Option('--diff', 'print what --fix would change, and change nothing').conflicts(['fix', 'format']),
    )
    .addOption(
      new Option('--fail-on <SEVERITY>', 'exit with 1 when a finding is at least as severe')
        .choices(['error', 'warning', 'hint'])
        .default('warning'),
    )
    .option('--baseline <FILE>', 'leave out the findings that this file has, by identity')
    .addOption(
      new Option(
        '--update-baseline',
        'write the findings to the file of --baseline, and report nothing',
      ).conflicts('diff'),
    )
    .option('--quiet', 'only findings that are as severe as --fail-on, and no notes')
    .addHelpText('after', examples);
  treeOptions(command).action(async (paths: string[], options: CheckOptions) =>
    exit(await runCheck(paths, options, host)),
  );
}

const examples = `
A PATH belongs to the nearest packwright.yaml at or above it. Without one the directory given is the
tree (for a manifest: the current directory).

Examples:
  packwright check                              all manifests of this tree
  packwright check --proto proto --repository /srv/repo manifests/foo.p5m
  packwright check --diff | patch -p1           what --fix does, by hand
  packwright check --format sarif > check.sarif
  packwright check --baseline known.json        only what is new
  packwright check --fail-on error --quiet      for a build: errors only`;
