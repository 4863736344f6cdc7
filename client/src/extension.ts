import { type ExtensionContext, workspace } from 'vscode';
import { registerCommands } from './commands/index.ts';
import { createLanguageClient, type PackwrightClient } from './language-client.ts';
import { type SitesPart, showSites } from './sites-view/index.ts';
import { showStatus } from './status.ts';

let client: PackwrightClient | undefined;
let sites: SitesPart | undefined;

/**
 * Starts the language server and everything that shows its answers.
 *
 * Returns before the server answers: a server that cannot start is told by the status item, and
 * the commands and the grammar work without it.
 */
export function activate(context: ExtensionContext): void {
  const started = createLanguageClient(context);
  client = started;
  sites = showSites(context);
  context.subscriptions.push(
    showStatus(started),
    sites,
    ...registerCommands(started),
    workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  started.start().catch(() => undefined);
}

/** Stops the server and the worker, and waits for their ends. */
export async function deactivate(): Promise<void> {
  await Promise.all([client?.dispose(), sites?.close()]);
}
