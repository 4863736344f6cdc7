import { commands, ProgressLocation, window, workspace } from 'vscode';
import { WorkspaceDiagnosticRequest } from 'vscode-languageclient/node';
import type { Command } from './command.ts';

/**
 * *Check Workspace*: waits until every manifest is checked, then shows the Problems view.
 *
 * The findings themselves arrive by the editor's own pull. Asking once more, as one who knows nothing
 * but a result of the folder, which can have none, makes the server answer as soon as all are known,
 * also when that is nothing: otherwise it would wait for a change.
 */
export const checkWorkspace: Command = {
  id: 'packwright.checkWorkspace',
  async run(client) {
    await window.withProgress(
      { location: ProgressLocation.Window, title: 'Packwright: checking manifests' },
      async () => client.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: outdated() }),
    );
    await commands.executeCommand('workbench.actions.view.problems');
  },
};

function outdated(): { uri: string; value: string }[] {
  return (workspace.workspaceFolders ?? []).map(({ uri }) => ({ uri: uri.toString(), value: 'outdated' }));
}
