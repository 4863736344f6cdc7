// For a plain `npm pack` or `npm publish` in a checkout: `strip` (prepack) leaves in package.json only what
// users need, so that they get no Node binary; `restore` (postpack) puts the checkout's own back.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const MANIFEST = 'package.json';
const KEPT = 'out/package.checkout.json';
/** Keys that are about a checkout. npm has read the scripts already when it runs this. */
const CHECKOUT_KEYS = ['scripts', 'devDependencies', 'optionalDependencies', 'allowScripts', 'private'];

if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
if (process.argv[2] === 'strip') {
  execFileSync(process.execPath, ['esbuild.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const vsce = ['node_modules/@vscode/vsce/vsce', 'ls', '--no-dependencies'];
  const files = execFileSync(process.execPath, vsce, { encoding: 'utf8' }).split('\n').filter(Boolean);
  const text = readFileSync(MANIFEST, 'utf8');
  const manifest = JSON.parse(text);
  for (const key of CHECKOUT_KEYS) delete manifest[key];
  writeFileSync(KEPT, text);
  writeFileSync(MANIFEST, `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
}
