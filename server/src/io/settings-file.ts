import type { Span, SyntaxFault } from '../core/model.ts';
import type { Settings } from '../core/tree.ts';
import type { SettingsInFile } from './settings-schema.ts';
import type { SettingsInText } from './settings-text.ts';

/** Name of the settings file; its directory is the root of a package tree. */
export const SETTINGS_FILE = 'packwright.yaml';

/** What a settings file says, and what is wrong with it. */
export interface SettingsReading {
  readonly settings: Settings;
  readonly faults: readonly SyntaxFault[];
  /** Place of each entry of `settings.suppress`. */
  readonly suppressSpans: readonly (Span | undefined)[];
}

/** What holds where neither file nor editor nor command line says anything. */
export const DEFAULT_SETTINGS: Settings = {
  manifests: ['**/*.p5m'],
  proto: ['{manifestDir}/proto', 'proto'],
  macros: {},
  repositories: [],
  closed: false,
  offline: false,
  policy: { transitive: 'closure', generated: [] },
  catchers: {},
  base: { users: [], groups: [] },
  compressed: [],
  incorporation: [],
  unlocked: [],
  publishers: [],
  plugins: [],
  suppress: [],
};

/**
 * Reads the text of a `packwright.yaml`; `undefined` is a missing file. `overrides` win key by key.
 *
 * What is wrong is left out, and everything else still counts.
 */
export function readSettings(text: string | undefined, overrides: Partial<Settings> = {}): SettingsReading {
  const read = text === undefined ? NO_TEXT : readText(text);
  const suppress = overrides.suppress ?? read.suppress.map(({ entry }) => entry);
  const spans = overrides.suppress ? suppress.map(() => undefined) : read.suppress.map(({ span }) => span);
  const settings = { ...merge(read.settings, overrides), suppress };
  return { settings, faults: read.faults, suppressSpans: spans };
}

const NO_TEXT: SettingsInText = { settings: {}, suppress: [], faults: [] };

/** YAML and its schema take as long to load as a small check takes, so only a tree with settings does. */
function readText(text: string): SettingsInText {
  const { readSettingsText } = require('./settings-text.ts') as typeof import('./settings-text.ts');
  return readSettingsText(text);
}

function merge(file: SettingsInFile, over: Partial<Settings>): Settings {
  const base = DEFAULT_SETTINGS;
  return {
    manifests: over.manifests ?? file.manifests ?? base.manifests,
    proto: over.proto ?? file.proto ?? base.proto,
    macros: { ...file.macros, ...over.macros },
    repositories: over.repositories ?? file.repositories ?? base.repositories,
    closed: over.closed ?? file.closed ?? base.closed,
    offline: over.offline ?? file.offline ?? base.offline,
    policy: {
      transitive: over.policy?.transitive ?? file.policy?.transitive ?? base.policy.transitive,
      generated: over.policy?.generated ?? file.policy?.generated ?? base.policy.generated,
    },
    catchers: { ...(file.catchers as Settings['catchers']), ...over.catchers },
    base: {
      users: over.base?.users ?? file.base?.users ?? base.base.users,
      groups: over.base?.groups ?? file.base?.groups ?? base.base.groups,
    },
    ...listed(file, over),
    suppress: [],
  };
}

function listed(file: SettingsInFile, over: Partial<Settings>) {
  const { compressed, incorporation, unlocked, publishers, plugins } = DEFAULT_SETTINGS;
  return {
    compressed: over.compressed ?? file.compressed ?? compressed,
    incorporation: over.incorporation ?? texts(file.incorporation) ?? incorporation,
    unlocked: over.unlocked ?? file.unlocked ?? unlocked,
    publishers: over.publishers ?? file.publishers ?? publishers,
    plugins: over.plugins ?? file.plugins ?? plugins,
  };
}

/** One text or several. */
function texts(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}
