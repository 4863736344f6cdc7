#!/usr/bin/env node
import { createRequire, enableCompileCache } from 'node:module';
import { version } from '../../../package.json';

/*
 * Entry of the program, a small file: what most calls do not need is loaded when it is needed, and Node
 * keeps the compiled code of the rest in its cache. The rest is `command-line.cjs`, or what alone is needed here.
 */
const arguments_ = process.argv.slice(2);
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`packwright: needs Node.js 24 or newer, and this is ${process.version}\n`);
  process.exitCode = 2;
} else if (arguments_.length === 1 && /^(--version|-V)$/.test(arguments_[0] ?? '')) {
  process.stdout.write(`${version}\n`);
} else {
  enableCompileCache();
  const generates = arguments_[0] === 'depend' && arguments_[1] === 'generate';
  const rest = createRequire(__filename)(generates ? './depend-generate.cjs' : './command-line.cjs');
  void (rest as typeof import('./command-line.ts') | typeof import('./depend-generate.ts')).run();
}
