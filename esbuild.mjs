// Builds what is shipped: extension, language server and command line, each one file in out/.
// `node esbuild.mjs --watch` builds on every change; `--test` builds the tests into out-test/.
import { globSync } from 'node:fs';
import * as esbuild from 'esbuild';

const node = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  // A library asks for its own address, which a CommonJS bundle does not have.
  define: { 'import.meta.url': '__moduleUrl' },
  banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  sourcemap: true,
  outExtension: { '.js': '.cjs' },
  loader: { '.sh': 'text', '.css': 'text' },
  logLevel: 'warning',
};

const shipped = {
  ...node,
  minify: !process.argv.includes('--watch'),
  entryPoints: {
    extension: 'client/src/extension.ts',
    cli: 'client/src/cli/main.ts',
    'command-line': 'client/src/cli/command-line.ts',
    'depend-generate': 'client/src/cli/depend-generate.ts',
    server: 'server/src/lsp/main.ts',
    'scan-worker': 'server/src/io/threads/scan-worker.ts',
    'plug-in-worker': 'server/src/io/threads/plug-in-worker.ts',
    'sites-worker': 'client/src/sites/worker.ts',
    'sites-service': 'client/src/sites/service/worker.ts',
  },
  outdir: 'out',
  external: ['vscode'],
};

const tests = {
  ...node,
  entryPoints: globSync('test/**/*.{test,main}.ts', { exclude: ['test/**/node_modules/**'] }),
  outbase: 'test',
  outdir: 'out-test',
  external: [
    'vscode',
    'mocha',
    'playwright-core',
    '@vscode/test-electron',
    'esbuild',
    'typescript',
    'fsevents',
  ],
};

if (process.argv.includes('--watch')) await (await esbuild.context(shipped)).watch();
else if (process.argv.includes('--test')) await esbuild.build(tests);
else await esbuild.build(shipped);
