import type { MessageConnection, ServerCapabilities } from 'vscode-languageserver/node';
import type { InitializationOptions } from '../protocol.ts';
import type { Session } from '../session.ts';
import type { Abilities } from './abilities.ts';
import type { Documents } from './documents.ts';

/** What every feature of the language server works with. */
export interface Context {
  readonly connection: MessageConnection;
  readonly session: Session;
  readonly abilities: Abilities;
  readonly options: InitializationOptions;
  readonly documents: Documents;
  /** Aborted when the client says `shutdown` or is gone. */
  readonly stopping: AbortSignal;
  /** Tells the client's log what went wrong in here. */
  log(message: string): void;
}

/** One feature of the language server; a value in the list of `features.ts`. */
export interface Feature {
  /** What `initialize` answers for it. */
  capabilities?(abilities: Abilities): ServerCapabilities;
  /** Installs its handlers; called while `initialize` is answered. */
  attach(context: Context): void;
  /** Called once the client said `initialized`: from here on the client may be asked. */
  begin?(context: Context): void;
}
