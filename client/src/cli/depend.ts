import type { Command } from 'commander';
import { asksHelp, help, misused, usage } from './depend/usage.ts';
import type { ExitCode, Host } from './host.ts';
import type { Exit } from './subcommands.ts';

/** `packwright depend`: options, output and exit codes of `pkgdepend(1)`. */
export function defineDepend(command: Command, host: Host, exit: Exit): void {
  command
    .usage('[-R IMAGE] generate|resolve [OPTIONS] MANIFEST...')
    .argument('[ARGUMENTS...]', 'generate or resolve, its options, and manifests')
    .addHelpText('after', usage)
    .action(async (argv: string[]) => exit(await runDepend(argv, host)));
}

async function runDepend(argv: readonly string[], host: Host): Promise<ExitCode> {
  const { command, image, rest, fault } = split(argv);
  if (fault !== undefined) return misused(fault, host);
  if (command === 'help' || asksHelp(rest)) return help(host);
  if (command === 'generate') {
    if (image !== undefined) return misused('generate asks no image, so -R has no meaning for it', host);
    return (await import('./depend/generate-line.ts')).dependGenerate(rest, host);
  }
  if (command === 'resolve')
    return (await import('./depend/resolve-run.ts')).runResolve(rest, image, host, text =>
      misused(text, host),
    );
  return misused(
    command === '' ? 'name generate or resolve' : `there is no "${command}"; there are generate and resolve`,
    host,
  );
}

/** Options before the sub-command. */
function split(argv: readonly string[]): {
  readonly command: string;
  readonly image?: string;
  readonly rest: readonly string[];
  readonly fault?: string;
} {
  let image: string | undefined;
  let at = 0;
  for (; argv[at]?.startsWith('-') === true; at++) {
    const word = argv[at] ?? '';
    if (word === '-?' || word === '--help') return { command: 'help', rest: [] };
    if (!word.startsWith('-R'))
      return { command: '', rest: [], fault: `there is no option ${word} before generate or resolve` };
    image = word.length > 2 ? word.slice(2) : argv[++at];
    if (image === undefined) return { command: '', rest: [], fault: 'option -R needs the root of an image' };
  }
  return { command: argv[at] ?? '', rest: argv.slice(at + 1), ...(image !== undefined && { image }) };
}
