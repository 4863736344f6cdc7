import { commands, ProgressLocation, window } from 'vscode';
import { WorkspaceDiagnosticRequest } from 'vscode-languageclient/node';
import type { Command } from './command.ts';

/**
 * *Check Workspace*: waits until every manifest is checked, then shows the Problems view.
 *
 * The findings themselves arrive by the editor's own pull; asking once more without result ids
 * makes the server answer as soon as all are known.
 */
export const checkWorkspace: Command = {
  id: 'packwright.checkWorkspace',
  async run(client) {
    await window.withProgress(
      { location: ProgressLocation.Window, title: 'Packwright: checking manifests' },
      async () => client.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] }),
    );
    await commands.executeCommand('workbench.actions.view.problems');
  },
};
