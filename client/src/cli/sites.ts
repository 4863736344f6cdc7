import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Verb } from '../grid/model.ts';
import type { ExitCode, Host } from './host.ts';
import { durationIn } from './sites/duration.ts';
import { cronExpression, listenAddress } from './sites/listen.ts';
import type { CommonOptions, RequestOptions, ServeOptions, StatusOptions } from './sites/options.ts';
import type { Exit } from './subcommands.ts';

/** `packwright sites …`: one careful job per site at a time, and what came of it. */
export function defineSites(command: Command, host: Host, exit: Exit): void {
  command.addHelpText('after', examples);
  const run = (work: () => Promise<ExitCode>) => async () => exit(await work());
  defineList(command, host, run);
  defineStatus(command, host, run);
  for (const verb of VERBS) defineRequest(command, host, verb, run);
  defineServe(command, host, run);
  defineCare(command, host, run);
}

type Runner = (work: () => Promise<ExitCode>) => () => Promise<void>;

function defineList(parent: Command, host: Host, run: Runner): void {
  const command = parent.command('list').description('list the sites, and what is under way');
  format(selection(common(command))).action((options: StatusOptions) =>
    run(async () => (await import('./sites/list.ts')).listSites(options, host))(),
  );
}

function defineStatus(parent: Command, host: Host, run: Runner): void {
  const command = parent
    .command('status')
    .description('probe the sites, wait, and report: fit for a crontab')
    .option('--cached', 'report what is known; ask nobody');
  output(format(waiting(selection(common(command))), 'html')).action((options: StatusOptions) =>
    run(async () => (await import('./sites/status.ts')).siteStatus(options, host))(),
  );
}

function defineServe(parent: Command, host: Host, run: Runner): void {
  const command = parent
    .command('serve')
    .description('probe the sites by a schedule, and serve what is known over HTTP, to read')
    .addOption(
      new Option('--cron <EXPRESSION>', "when the sites are probed, by this machine's clock")
        .argParser(cronExpression)
        .default('17 */6 * * *'),
    )
    .addOption(
      new Option('--listen <[HOST:]PORT>', 'where it listens; port 0: any')
        .argParser(listenAddress)
        .default({ host: '127.0.0.1', port: 8017 }, '127.0.0.1:8017'),
    )
    .option(
      '--host-name <NAME>',
      'a name by which it is reached, such as that of a proxy (repeatable)',
      gathered,
    )
    .option('--once-at-start', 'probe the sites at once, too');
  common(command).action((options: ServeOptions) =>
    run(async () => (await import('./sites/serve.ts')).serveSites(options, host))(),
  );
}

/** What is asked of sites, with what the help says of it. */
const VERBS: readonly { readonly verb: Verb; readonly summary: string; readonly packages?: string }[] = [
  { verb: 'probe', summary: 'look what is there; changes nothing' },
  {
    verb: 'install',
    summary: 'install packages; without any, those that the sites file wants',
    packages: 'patterns: greet, greet-1.1, "greet>=1.1<2"',
  },
  { verb: 'remove', summary: 'remove packages that nothing else needs', packages: 'patterns' },
  {
    verb: 'update',
    summary: 'bring installed packages to the newest version',
    packages: 'patterns; without any, those that the sites file wants',
  },
  { verb: 'upgrade', summary: 'bring everything that is installed to the newest version' },
  { verb: 'audit', summary: 'look for known vulnerabilities; changes nothing' },
];

function defineRequest(
  parent: Command,
  host: Host,
  { verb, summary, packages }: (typeof VERBS)[number],
  run: Runner,
): void {
  const command = parent.command(verb).description(summary);
  if (packages) command.argument(verb === 'remove' ? '<PACKAGE...>' : '[PACKAGE...]', packages);
  command
    .option('--dry-run', 'send a job that only tells what it would do')
    .option('--print-job', 'print the script that would be sent, and send nothing');
  output(format(waiting(selection(common(command))), 'html')).action((...given: unknown[]) => {
    const patterns = packages ? (given[0] as readonly string[]) : [];
    const options = given[packages ? 1 : 0] as RequestOptions;
    return run(async () =>
      (await import('./sites/request.ts')).requestAtSites(verb, patterns, options, host),
    )();
  });
}

/** What is done by hand to jobs and locks. */
function defineCare(parent: Command, host: Host, run: Runner): void {
  const cancel = parent
    .command('cancel')
    .description('cancel jobs: those of sites, or one by its id')
    .argument('[JOB...]', 'ids of jobs; their beginning is enough');
  selection(common(cancel)).action((jobs: readonly string[], options: CommonOptions) =>
    run(async () => (await import('./sites/cancel.ts')).cancelJobs(jobs, options, host))(),
  );
  const log = parent
    .command('log')
    .description('tell the history of sites, or all about one job')
    .argument('[SITE|JOB]', 'a site, or the id of a job; its beginning is enough');
  output(format(selection(common(log)))).action((what: string | undefined, options: StatusOptions) =>
    run(async () => (await import('./sites/log.ts')).showLog(what, options, host))(),
  );
  const unlock = parent
    .command('unlock')
    .description('break the lock of a job that is certainly dead')
    .argument('<SITE>', 'name of the site')
    .option('--yes', 'do not ask: the job that holds the lock is certainly dead')
    .option('--owner <TOKEN>', 'break this lock only');
  waiting(common(unlock)).action((site: string, options: RequestOptions) =>
    run(async () => (await import('./sites/unlock.ts')).unlockSite(site, options, host))(),
  );
}

function common(command: Command): Command {
  return command
    .option(
      '--sites <FILE>',
      'the sites file (default: sites.yaml here, else in the configuration directory)',
    )
    .option('--state <DIR>', 'where jobs and reports are kept (default: the XDG state directory)');
}

function selection(command: Command): Command {
  return command
    .option('--site <NAME>', 'this site only (repeatable)', gathered)
    .option('--tag <TAG>', 'sites with this tag only (repeatable)', gathered);
}

function waiting(command: Command): Command {
  return command.addOption(
    new Option('--wait [DURATION]', 'wait for the jobs, at most so long: 90s, 15m, 2h').argParser(duration),
  );
}

function format(command: Command, ...more: readonly string[]): Command {
  return command.addOption(
    new Option('--format <FORMAT>', 'how it is written').choices(['text', 'json', ...more]).default('text'),
  );
}

function output(command: Command): Command {
  return command.option('--output <FILE>', 'write there, in one step, instead of to standard output');
}

/** `--wait=`, which is how a lone `--wait` arrives (see `waitArguments`), has no limit. */
function duration(value: string): number {
  if (value === '') return Number.POSITIVE_INFINITY;
  const time = durationIn(value);
  if (time === undefined) throw new InvalidArgumentError('Write a duration such as 90s, 15m or 2h.');
  return time;
}

function gathered(value: string, before: readonly string[] = []): readonly string[] {
  if (value === '') throw new InvalidArgumentError('It must not be empty.');
  return [...before, value];
}

const examples = `
The sites file names the sites and how they are reached; docs/sites.md describes it. There is one job at
a site at a time, however many of these commands run; later requests wait in order, and one that equals
a request that waits joins it. Jobs go on when a command ends; the next one that waits collects them.

Examples:
  packwright sites status                            for a crontab: probe all, wait, report
  packwright sites status --cached --format json     what is known, for programs
  packwright sites install greet --tag tier1 --wait  at all sites with a tag, and wait
  packwright sites install --dry-run --wait          what is wanted and missing; changes nothing
  packwright sites log north                         what was done there
  packwright sites serve --cron "17 */6 * * *"       probe by a schedule, and show http://127.0.0.1:8017/

Exit codes: 0 all good, 1 a site failed or is vulnerable, 2 could not work.`;
