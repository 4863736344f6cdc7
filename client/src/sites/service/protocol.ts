import type { Found } from './document.ts';
import type { Target } from './targets.ts';

/** What a service is started with. */
export interface ServiceStart {
  /** Absolute path of the sites file. */
  readonly sitesFile: string;
  /** Directory of the store. */
  readonly stateDirectory: string;
  /** For copies of what was fetched. */
  readonly cacheDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A good cron expression of five fields. */
  readonly cron: string;
  /** Of the expression; absent: that of this machine. */
  readonly zone?: string;
  /** Whether a run is made at once, too. */
  readonly onceAtStart: boolean;
}

/** What a service says for its log. */
export interface Said {
  /** `run`: a line for each run; `note`: what is no error; `trouble`: what somebody should see to. */
  readonly kind: 'run' | 'note' | 'trouble';
  readonly text: string;
}

/** To the thread of a service. */
export type ToService =
  | { readonly kind: 'ask'; readonly id: number; readonly target: Target; readonly stamp?: string }
  | { readonly kind: 'close' };

/** From the thread of a service. */
export type FromService =
  /** With a fault it ends: the store cannot be used. */
  | { readonly kind: 'opened'; readonly fault?: string }
  | { readonly kind: 'said'; readonly said: Said }
  | { readonly kind: 'found'; readonly id: number; readonly found: Found };
