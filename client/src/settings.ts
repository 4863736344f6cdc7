import { type ExtensionContext, workspace } from 'vscode';
import type { ClientSettings, InitializationOptions } from '../../server/src/protocol.ts';

/** Section of all our settings, and the client's id: `packwright.trace.server` belongs to it. */
export const section = 'packwright';

/** What the server is told once at its start; a restart asks again. */
export function initializationOptions(context: ExtensionContext): InitializationOptions {
  return {
    trusted: workspace.isTrusted,
    status: true,
    settings: workspace.getConfiguration().get<ClientSettings>(section, {}),
    cachePath: context.globalStorageUri.fsPath,
  };
}
