// Writes schemas/packwright.schema.json from the settings' shape; `--check` only compares.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const target = join(import.meta.dirname, 'packwright.schema.json');
const bundle = join(import.meta.dirname, `write-${process.pid}.tmp.mjs`);
try {
  await esbuild.build({
    entryPoints: [join(import.meta.dirname, '../server/src/io/settings-json-schema.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const { settingsJsonSchema } = await import(pathToFileURL(bundle).href);
  const text = settingsJsonSchema();
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) {
    console.error('schemas/packwright.schema.json is out of date: npm run schema');
    process.exitCode = 1;
  }
} finally {
  rmSync(bundle, { force: true });
}
