import {
  ConfigurationRequest,
  DidChangeConfigurationNotification,
  type MessageConnection,
} from 'vscode-languageserver/node';
import type { ClientSettings } from '../protocol.ts';
import type { Abilities } from './abilities.ts';
import type { Feature } from './context.ts';
import { uriOf } from './convert.ts';

const SECTION = 'packwright';

/** The editor's settings, per package tree. What they are worth is for `io` to judge. */
export class Configuration {
  readonly #connection: MessageConnection;
  readonly #abilities: Abilities;
  /** For clients that cannot be asked. */
  #given: ClientSettings;
  readonly #known = new Map<string, ClientSettings>();

  constructor(connection: MessageConnection, abilities: Abilities, given: unknown) {
    this.#connection = connection;
    this.#abilities = abilities;
    this.#given = settingsIn(given);
  }

  /** What applies to the tree at a root. */
  async of(root: string): Promise<ClientSettings> {
    if (!this.#abilities.configuration) return this.#given;
    const known = this.#known.get(root) ?? (await this.#asked(root));
    this.#known.set(root, known);
    return known;
  }

  /** Notes what a client sent on its own; `true` when anything changed. */
  async refresh(sent: unknown): Promise<boolean> {
    if (!this.#abilities.configuration) {
      const before = this.#given;
      this.#given = settingsIn((sent as Record<string, unknown> | null)?.[SECTION]);
      return differ(before, this.#given);
    }
    let changed = false;
    for (const [root, before] of this.#known) {
      const now = await this.#asked(root);
      this.#known.set(root, now);
      changed ||= differ(before, now);
    }
    return changed;
  }

  async #asked(root: string): Promise<ClientSettings> {
    const items = [{ scopeUri: uriOf(root), section: SECTION }];
    const answers = await this.#connection.sendRequest(ConfigurationRequest.type, { items });
    return settingsIn(Array.isArray(answers) ? answers[0] : undefined);
  }
}

/** Follows the editor's settings. */
export function liveConfiguration(configuration: Configuration): Feature {
  return {
    attach({ connection, session, log }) {
      connection.onNotification(DidChangeConfigurationNotification.type, async ({ settings }) => {
        try {
          if (await configuration.refresh(settings)) session.reopen();
        } catch (error) {
          log(`workspace/configuration: ${String(error)}`);
        }
      });
    },
  };
}

/** Settings as they came: anything but an object means none. */
function settingsIn(value: unknown): ClientSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function differ(a: ClientSettings, b: ClientSettings): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}
