import type { Command } from 'commander';
import { complain, type ExitCode, type Host } from './host.ts';
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
  if (command === 'help' || rest.includes('--help') || rest.includes('-?')) {
    host.out.write(`${usage.trim()}\n`);
    return 0;
  }
  if (command === 'generate') {
    if (image !== undefined) return misused('generate asks no image, so -R has no meaning for it', host);
    return (await import('./depend/generate-run.ts')).runGenerate(rest, host, text => misused(text, host));
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

function misused(message: string, host: Host): ExitCode {
  complain(host, `depend: ${message}`);
  host.err.write(`${usage.trim()}\n`);
  return 2;
}

const usage = `
Usage:
  packwright depend generate [-IMm] -d DIR [-d DIR]... [-D NAME=VALUE]... [-k PATH]... MANIFEST [DIR]
  packwright depend [-R IMAGE] resolve [-EmoSv] [-d DIR] [-e FILE]... [-s SUFFIX] MANIFEST...

generate prints what the payload of a manifest needs:
  -d DIR          proto area with the payload; the first one that has a file counts
  -D NAME=VALUE   value of the token $NAME in run paths, such as PLATFORM=i86pc
  -I              also what the package itself satisfies
  -k PATH         directory where modules are looked for, instead of the usual ones
  -M              tell on standard error of which kinds of file nothing is known
  -m              print the manifest before the dependencies
  --output-dir DIR, --suffix SUFFIX
                  write a file for each of several manifests instead of printing

resolve finds the packages that satisfy it, in MANIFEST.res:
  -d DIR          write below DIR, without a suffix
  -e FILE         names of the installed packages that count, one pattern per line
  -E              print which of these nothing needed, or which packages outside are needed
  -m              write the whole manifest
  -o              print to standard output
  -S              do not ask the image
  -s SUFFIX       another suffix than .res
  -v              keep the attributes that tell where a dependency comes from
  -R IMAGE        the image whose packages count (else $PKG_IMAGE, else /)
  --repository URI
                  ask a repository too, after the manifests, in the order given (repeatable)

Both:
  --strict-compat exactly what pkgdepend(1) finds, its omissions included

Exit codes: 0 all is well, 1 something was reported, 2 the arguments are wrong.`;
