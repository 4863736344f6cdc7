import { complain, type ExitCode, type Host } from '../host.ts';

/** Whether the options of `generate` or `resolve` ask for help. */
export function asksHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-?');
}

/** Prints how `depend` is used. */
export function help(host: Host): ExitCode {
  host.out.write(`${usage.trim()}\n`);
  return 0;
}

/** Says on standard error what is wrong with the arguments, and where it is told how they should be. */
export function misused(message: string, host: Host): ExitCode {
  complain(host, `depend: ${message}`);
  host.err.write('(packwright depend --help tells how it is used)\n');
  return 2;
}

/** How `depend` is used, with an empty line before it. */
export const usage = `
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
  --offline       ask no depot: what was read of it before counts

Both:
  --strict-compat exactly what pkgdepend(1) finds, its omissions included

Exit codes: 0 all is well, 1 something was reported, 2 the arguments are wrong.`;
