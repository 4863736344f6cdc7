import type { Settings } from '../../core/tree.ts';
import type { SentFile } from './sent-file.ts';

/** What the thread of a plug-in is started with. */
export interface PlugInStart {
  /** Absolute path of the module. */
  readonly module: string;
  /** Of the settings: what its catchers are told as ours are. */
  readonly settings: PlugInSettings;
}

/** The settings that catchers are told of. */
export type PlugInSettings = Pick<Settings, 'base' | 'compressed'>;

/** Files to look at; the answers come one by one, in their order. */
export interface PlugInQuestion {
  readonly files: readonly SentFile[];
}

/**
 * `ready` once the module was loaded, with the names of its catchers; `said` for one file, with what each of them
 * that claimed it answered, of any shape; `broken` when the plug-in threw.
 */
export type PlugInAnswer =
  | { readonly kind: 'ready'; readonly names: readonly string[] }
  | {
      readonly kind: 'said';
      readonly answers: readonly { readonly catcher: string; readonly answer: unknown }[];
    }
  | { readonly kind: 'broken'; readonly message: string };

/** Whether a message of the thread is an answer: a module can send others over the same way. */
export function isAnswer(message: unknown): message is PlugInAnswer {
  if (typeof message !== 'object' || message === null) return false;
  const { kind, names, answers, message: text } = message as Readonly<Record<string, unknown>>;
  if (kind === 'ready') return Array.isArray(names) && names.every(name => typeof name === 'string');
  if (kind === 'said')
    return Array.isArray(answers) && answers.every(one => typeof one?.catcher === 'string');
  return kind === 'broken' && typeof text === 'string';
}
