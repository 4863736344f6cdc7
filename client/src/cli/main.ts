import { version } from '../../../package.json';

/*
 * Entry of the program. What most calls do not need is loaded when it is needed: `--version`
 * loads nothing at all, and each sub-command only itself.
 */
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`packwright: needs Node.js 24 or newer, and this is ${process.version}\n`);
  process.exitCode = 2;
} else if (process.argv.length === 3 && /^(--version|-V)$/.test(process.argv[2] ?? '')) {
  process.stdout.write(`${version}\n`);
} else {
  void import('./process-host.ts').then(({ runProcess }) => runProcess());
}
