/** Everything behind `depend` is for `getopt`, not for the parser of the other sub-commands. */
export function dependArguments(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf('depend');
  const rest = argv.slice(at + 1);
  if (argv[0] === 'help' || rest[0] === '-h' || rest[0] === '--help' || rest[0] === '-?')
    return ['depend', '--help'];
  return [...argv.slice(0, at + 1), '--', ...rest];
}
