import { type ExtensionContext, workspace } from 'vscode';
import { registerCommands } from './commands/index.ts';
import { createLanguageClient, type PackwrightClient } from './language-client.ts';
import { showStatus } from './status.ts';

let client: PackwrightClient | undefined;

/**
 * Starts the language server and everything that shows its answers.
 *
 * Returns before the server answers: a server that cannot start is told by the status item, and
 * the commands and the grammar work without it.
 */
export function activate(context: ExtensionContext): void {
  const started = createLanguageClient(context);
  client = started;
  context.subscriptions.push(
    showStatus(started),
    ...registerCommands(started),
    workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  started.start().catch(() => undefined);
}

/** Stops the server and waits for its end. */
export function deactivate(): Promise<void> | undefined {
  return client?.dispose();
}
