/**
 * Uses the extension as a person does, with keyboard and eyes, in the real workbench: from the
 * checkout, from the packed VSIX, and in Restricted Mode. Screenshots go to `out-test/shots`.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../host/project-root.ts';
import { installExtension } from '../host/server.ts';
import { finish, notRun, runSuites, scratchDirectory, workbenchParts } from '../host/suite-program.ts';
import { slurmMissing } from '../support/slurm.ts';
import { packAll } from '../tools/packages.ts';
import { authoringSuite } from './authoring-suite.ts';
import { restrictedSuite } from './restricted-suite.ts';
import { restrictedSitesSuite, sitesSuite } from './sites-suite.ts';

// Each window has another kind of theme, so that the screenshots show them all.
const dark = { 'workbench.colorTheme': 'Default Dark Modern' };
const highContrast = { 'workbench.colorTheme': 'Default High Contrast' };

async function main(): Promise<void> {
  const parts = workbenchParts();
  if ('missing' in parts) return notRun('user interface', parts.missing);
  const { chromium } = parts;
  const scratch = scratchDirectory();
  try {
    const extensions = join(scratch, 'extensions');
    installExtension(packAll(scratch).vsix, extensions, scratch);
    const noSlurm = slurmMissing();
    if (noSlurm !== undefined) console.log(`not run: sites with Slurm in the view: ${noSlurm}`);
    const counts = await runSuites(() => {
      authoringSuite('from the checkout', { chromium, development: [projectRoot], settings: dark });
      authoringSuite('from the packed VSIX', { chromium, extensions });
      restrictedSuite({ chromium, extensions, settings: highContrast });
      sitesSuite({ chromium, extensions });
      restrictedSitesSuite({ chromium, extensions, settings: dark });
    });
    finish(counts);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch(error => {
  console.error(error);
  finish({ passes: 0, failures: 1 });
});
