import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';

/** Options that stand in for keys of `packwright.yaml`. Absent means: as the file says. */
export interface TreeOptions {
  readonly proto?: readonly string[];
  readonly repository?: readonly string[];
  readonly incorporation?: readonly string[];
  readonly offline?: boolean;
  readonly allowPlugins?: boolean;
}

/** Adds `--proto`, `--repository`, `--incorporation`, `--offline` and `--allow-plugins`. */
export function treeOptions(command: Command): Command {
  return command
    .option('--proto <DIR>', 'proto area, instead of those in packwright.yaml (repeatable)', gathered)
    .option(
      '--repository <URI>',
      'repository to ask, instead of those in packwright.yaml (repeatable)',
      gathered,
    )
    .option(
      '--incorporation <FMRI>',
      'incorporation that restricts versions, instead of those in packwright.yaml (repeatable)',
      gathered,
    )
    .option('--offline', 'ask no depot: what was read of it before counts')
    .option('--allow-plugins', 'load and run the catchers that packwright.yaml names under plugins');
}

/** A repository as the settings take it: a directory becomes absolute, an address stays. */
export function repositoryUri(value: string, cwd: string): string {
  return /^(?:[a-z][a-z0-9+.-]*:\/\/|https?:|file:)/i.test(value) ? value : resolve(cwd, value);
}

function gathered(value: string, before: readonly string[] = []): readonly string[] {
  if (value === '') throw new InvalidArgumentError('It must not be empty.');
  return [...before, value];
}
