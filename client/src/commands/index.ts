import { commands, type Disposable, window } from 'vscode';
import type { PackwrightClient } from '../language-client.ts';
import { checkWorkspace } from './check-workspace.ts';
import type { Command } from './command.ts';
import { fixAll } from './fix-all.ts';
import { restartServer } from './restart-server.ts';
import { provideProofs, why } from './why.ts';

/** Every command; `contributes.commands` of package.json names the same. */
const all: readonly Command[] = [checkWorkspace, fixAll, why, restartServer];

/** Registers the commands and what they show. The one place where a failing command is told. */
export function registerCommands(client: PackwrightClient): readonly Disposable[] {
  const run = async (command: Command) => {
    try {
      await command.run(client);
    } catch (error) {
      await window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  };
  return [
    provideProofs(client),
    ...all.map(command => commands.registerCommand(command.id, () => run(command))),
  ];
}
