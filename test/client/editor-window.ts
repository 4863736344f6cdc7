import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { projectRoot } from '../host/project-root.ts';
import { scratchDirectory } from '../host/suite-program.ts';
import { openWorkbench, type WorkbenchOptions } from '../host/workbench.ts';

/** A workbench with a copy of a directory, and what a person does in it. */
export interface EditorWindow {
  readonly page: Page;
  /** The copy that is open. */
  readonly folder: string;
  /** Opens a file by its path below the folder, as with Ctrl+P, and waits until its text is there. */
  open(path: string): Promise<void>;
  /** Moves the cursor of the active editor; one-based. */
  goTo(line: number, column?: number): Promise<void>;
  /** Runs a command of the palette by its title. */
  command(title: string): Promise<void>;
  /** The problems that match, in the Problems view, which it opens. */
  problems(message: RegExp): Promise<Locator>;
  /** Lines of the active editor that contain the text. */
  line(text: string | RegExp): Locator;
  /** Opens the menu of quick fixes at the cursor. */
  openFixes(): Promise<void>;
  /** Applies the first quick fix of the open menu. */
  applyFix(): Promise<void>;
  /** Saves everything and waits until the file on disk matches. */
  saved(name: string, content: RegExp): Promise<void>;
  /** Writes a screenshot into `out-test/shots`. */
  shot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** How to open a window: a workbench whose workspace is a copy, changed by `prepare` before it opens. */
export type WindowOptions = Omit<WorkbenchOptions, 'workspace'> & {
  readonly source?: string;
  readonly prepare?: (folder: string) => void;
};

/** Opens a window on a copy of `test/client/workspace` or another directory of the checkout. */
export async function openWindow(shots: string, options: WindowOptions): Promise<EditorWindow> {
  const scratch = scratchDirectory();
  const source = options.source ?? 'test/client/workspace';
  const folder = join(scratch, basename(source));
  cpSync(join(projectRoot, source), folder, { recursive: true });
  options.prepare?.(folder);
  const workbench = await openWorkbench({ ...options, workspace: folder });
  const { page } = workbench;
  page.setDefaultTimeout(30_000);
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
  const close = async () => {
    await workbench.close();
    rmSync(scratch, { recursive: true, force: true });
  };
  return { page, folder, close, ...actions(page, folder), shot: camera(page, shots) };
}

function actions(page: Page, folder: string): Omit<EditorWindow, 'page' | 'folder' | 'close' | 'shot'> {
  const choose = async (keys: string, typed: string, entry: string) => {
    await page.keyboard.press(keys);
    await page.locator('.quick-input-widget input').first().waitFor();
    await page.keyboard.insertText(typed);
    await page
      .locator('.quick-input-list .monaco-list-row.focused')
      .filter({ hasText: entry })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  };
  const line = (text: string | RegExp) =>
    page.locator('.editor-group-container.active .editor-instance .view-line').filter({ hasText: text });
  return {
    async open(path) {
      await choose('Control+P', path, dirname(path));
      await line(/\S/).first().waitFor();
    },
    async goTo(row, column = 1) {
      await choose('Control+G', `${row}:${column}`, 'Press');
      await page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
    },
    command: title => choose('F1', title, title),
    async problems(message) {
      const panel = page.locator('.markers-panel');
      if (!(await panel.isVisible())) await page.keyboard.press('Control+Shift+M');
      return panel.getByRole('treeitem', { name: message });
    },
    line,
    async openFixes() {
      const fixes = page.locator('.action-widget .monaco-list-row.action').first();
      // The key does nothing where the focus is still on its way back to the editor: a person presses again.
      for (let tries = 6; tries > 0; tries--) {
        await page.keyboard.press('Control+.');
        if (await isShown(fixes, 5000)) return;
      }
      throw new Error('the menu of quick fixes did not open');
    },
    async applyFix() {
      await page.keyboard.press('Enter');
      await page.locator('.action-widget').first().waitFor({ state: 'hidden' });
    },
    async saved(name, content) {
      await choose('F1', 'File: Save All Files', 'File: Save All');
      await poll(() => content.test(readFileSync(join(folder, name), 'utf8')), `${name} matches ${content}`);
    },
  };
}

function camera(page: Page, directory: string): (name: string) => Promise<void> {
  const shots = join(projectRoot, 'out-test/shots', directory);
  if (!existsSync(shots)) mkdirSync(shots, { recursive: true });
  return async name => {
    await page.screenshot({ path: join(shots, `${name}.png`) });
  };
}

/** Whether something is visible before the time (in milliseconds) has passed. */
async function isShown(what: Locator, time: number): Promise<boolean> {
  return what.waitFor({ timeout: time }).then(
    () => true,
    () => false,
  );
}

async function poll(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`timed out: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
