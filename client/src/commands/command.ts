import type { PackwrightClient } from '../language-client.ts';

/** A command of the palette. */
export interface Command {
  /** As in `contributes.commands`. */
  readonly id: string;
  /** Throws an `Error` whose message tells the user why it cannot work. */
  run(client: PackwrightClient): Promise<void>;
}
