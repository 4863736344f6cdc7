/** `npm run screenshot`: makes `media/screenshot.png` for the README in the real workbench. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openWindow } from '../client/editor-window.ts';
import { projectRoot } from '../host/project-root.ts';
import { installExtension } from '../host/server.ts';
import { scratchDirectory, workbenchParts } from '../host/suite-program.ts';
import { packAll } from './packages.ts';

async function main(): Promise<void> {
  const parts = workbenchParts();
  if ('missing' in parts) throw new Error(parts.missing);
  const scratch = scratchDirectory();
  const extensions = join(scratch, 'extensions');
  try {
    installExtension(packAll(scratch).vsix, extensions, scratch);
    const window = await openWindow('readme', {
      chromium: parts.chromium,
      extensions,
      source: 'examples/greetings',
      settings: {
        'workbench.colorTheme': 'Default Dark Modern',
        'editor.minimap.enabled': false,
        'editor.lightbulb.enabled': 'off',
        'window.commandCenter': false,
        'window.title': '${activeEditorShort}${separator}${rootName}',
      },
    });
    try {
      await window.open('manifests/broken/undeclared.p5m');
      await window.page.locator('.squiggly-error').first().waitFor();
      const problems = await window.problems(/needs/);
      await window.page
        .getByPlaceholder(/^Filter/)
        .last()
        .fill('undeclared.p5m');
      await problems.first().waitFor();
      await window.goTo(6, 12);
      await window.openFixes();
      await window.page.screenshot({ path: join(projectRoot, 'media/screenshot.png') });
    } finally {
      await window.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  error => {
    console.error(error);
    process.exit(1);
  },
);
