// Writes the JSON schemas of packwright.yaml and sites.yaml from their shapes; `--check` only compares.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

/** Schema -> the module whose function makes its text. */
const SCHEMAS = {
  'packwright.schema.json': ['../server/src/io/settings-json-schema.ts', 'settingsJsonSchema'],
  'sites.schema.json': ['../client/src/grid/sites-json-schema.ts', 'sitesJsonSchema'],
};

for (const [name, [source, maker]] of Object.entries(SCHEMAS)) {
  const target = join(import.meta.dirname, name);
  const text = await made(source, maker);
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(`schemas/${name} is out of date: npm run schema`);
    process.exitCode = 1;
  }
}

async function made(source, maker) {
  const bundle = join(import.meta.dirname, `write-${process.pid}.tmp.mjs`);
  try {
    await esbuild.build({
      entryPoints: [join(import.meta.dirname, source)],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      logLevel: 'warning',
    });
    const module = await import(`${pathToFileURL(bundle).href}?${maker}`);
    return module[maker]();
  } finally {
    rmSync(bundle, { force: true });
  }
}
