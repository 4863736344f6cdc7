import { commands } from 'vscode';
import type { Command } from './command.ts';

/** *Fix All in Manifest*: the server's `source.fixAll` on the active editor, as on save. */
export const fixAll: Command = {
  id: 'packwright.fixAll',
  async run() {
    await commands.executeCommand('editor.action.codeAction', {
      kind: 'source.fixAll.packwright',
      apply: 'first',
    });
  },
};
