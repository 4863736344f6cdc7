import type { Settings } from '../../core/tree.ts';
import type { SentFile } from './sent-file.ts';
import type { SentCaught, SentLists } from './sent-needs.ts';

/** What a scanning thread is started with: enough to make the same catchers as everywhere. */
export interface ScanSetup {
  /** Names of the catchers that are switched on. */
  readonly catchers: readonly string[];
  readonly base: Settings['base'];
  readonly compressed: Settings['compressed'];
}

/** Files to look at. */
export interface ScanQuestion {
  readonly files: readonly SentFile[];
}

/** What was caught, file by file in the order of the question. */
export interface ScanAnswer {
  readonly caught: readonly SentCaught[];
  /** New since the thread's last answer. */
  readonly fresh: SentLists;
}
