import { Command, CommanderError } from 'commander';
import { version } from '../../../package.json';
import type { ExitCode, Host } from './host.ts';
import { type Subcommand, subcommands } from './subcommands.ts';

/**
 * Runs one command line.
 *
 * Answers the exit code, or `undefined` when the process must live on (`lsp`). Only the module of
 * the sub-command that is asked for is loaded.
 */
export async function runCli(argv: readonly string[], host: Host): Promise<ExitCode | undefined> {
  let exit: ExitCode | undefined = 0;
  const program = root(host);
  const asked = wanted(argv);
  for (const each of subcommands) {
    const command = program.command(each.name).description(each.summary);
    if (each.name !== asked) continue;
    await each.define(command, host, code => {
      exit = code;
    });
  }
  if (argv.length === 0) {
    program.outputHelp({ error: true });
    return 2;
  }
  try {
    const arrange = subcommands.find(each => each.name === asked)?.arrange;
    await program.parseAsync(arrange?.(argv) ?? argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return exit;
}

/** The program without its sub-commands. */
function root(host: Host): Command {
  return new Command('packwright')
    .description('Know what a package needs before it ships: IPS manifests checked against their payload.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .addHelpText('after', examples)
    .showHelpAfterError('(packwright --help tells what there is)')
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: text => host.out.write(text),
      writeErr: text => host.err.write(text.replace(/^error: /, 'packwright: ')),
      getOutHasColors: () => host.out.colours,
      getErrHasColors: () => host.err.colours,
    })
    .exitOverride();
}

/** Name of the sub-command in the arguments, also in `help NAME`. */
function wanted(argv: readonly string[]): Subcommand['name'] | undefined {
  const words = argv.filter(word => !word.startsWith('-'));
  return words[0] === 'help' ? words[1] : words[0];
}

const examples = `
Examples:
  packwright check                          every manifest of the tree around here
  packwright check manifests/foo.p5m --fix  one manifest, and repair it
  packwright check --format json | jq .     findings for other programs
  packwright why manifests/foo.p5m:12       what line 12 needs, and who brings it
  packwright explain undeclared             what a finding means
  packwright doctor                         what is found, what is missing, what to do

Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 could not work.`;
