import type { Caught } from '../../core/model.ts';
import type { Settings } from '../../core/tree.ts';
import type { SentFile } from './sent-file.ts';

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

/** What was caught, file by file in the order of the question. Equal lists of needs are the same array. */
export interface ScanAnswer {
  readonly caught: readonly Caught[];
}
