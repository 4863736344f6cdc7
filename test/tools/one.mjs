// Runs single test files: node test/tools/one.mjs test/core/x.test.ts [mocha options]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as esbuild from 'esbuild';

const files = process.argv.slice(2).filter(argument => argument.endsWith('.ts'));
const options = process.argv.slice(2).filter(argument => !argument.endsWith('.ts'));
const outdir = mkdtempSync(join(import.meta.dirname, '../../out-test-one-'));
try {
  await esbuild.build({
    entryPoints: files,
    outbase: 'test',
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    mainFields: ['module', 'main'],
    // A library asks for its own address, which a CommonJS bundle does not have.
    define: { 'import.meta.url': '__moduleUrl' },
    banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    sourcemap: 'inline',
    outExtension: { '.js': '.cjs' },
    loader: { '.sh': 'text', '.css': 'text' },
    external: ['vscode', 'mocha', 'playwright-core', '@vscode/test-electron', 'esbuild'],
    logLevel: 'warning',
  });
  const mocha = spawnSync(
    process.execPath,
    [
      '--enable-source-maps',
      'node_modules/mocha/bin/mocha.js',
      '--ui',
      'tdd',
      '--recursive',
      '--extension',
      'cjs',
      ...options,
      outdir,
    ],
    { stdio: 'inherit' },
  );
  process.exitCode = mocha.status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
