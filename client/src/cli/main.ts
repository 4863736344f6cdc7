#!/usr/bin/env node
import { createRequire, enableCompileCache } from 'node:module';
import { version } from '../../../package.json';

/*
 * Entry of the program, a small file: what most calls do not need is loaded when it is needed, and Node
 * keeps the compiled code of the rest (`command-line.cjs`) in its cache.
 */
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`packwright: needs Node.js 24 or newer, and this is ${process.version}\n`);
  process.exitCode = 2;
} else if (process.argv.length === 3 && /^(--version|-V)$/.test(process.argv[2] ?? '')) {
  process.stdout.write(`${version}\n`);
} else {
  enableCompileCache();
  const { runProcess } = createRequire(__filename)(
    './command-line.cjs',
  ) as typeof import('./process-host.ts');
  void runProcess();
}
