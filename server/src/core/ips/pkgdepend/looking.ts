import type { PayloadFile } from '../../model.ts';
import type { AuthoredAction } from './authored.ts';
import type { Complaint } from './complaint.ts';
import type { NeedRecord, RecordMaker } from './need-record.ts';

/** One payload file that is looked at, and all that its answer depends on. */
export interface LookingAt {
  readonly action: AuthoredAction;
  /** Installed path. */
  readonly path: string;
  readonly found: PayloadFile;
  /** Absolute path of the payload, for messages. */
  readonly location: string;
  /** The proto area in which it lies, absolute. */
  readonly area: string;
  /** Permission bits of the action; 0 without any. */
  readonly mode: number;
  /** `pkg.depend.runpath` or `-k`; empty where there is neither. */
  readonly runPath: readonly string[];
  /** `$NAME` -> values. */
  readonly tokens: ReadonlyMap<string, readonly string[]>;
  /** Exactly as pkgdepend, its mistakes included. */
  readonly strict: boolean;
  readonly maker: RecordMaker;
}

/** What one file needs, and what is wrong with it. */
export interface Looked {
  readonly records: readonly NeedRecord[];
  readonly complaints: readonly Complaint[];
  /** What pkgdepend cannot survive: there it ends the whole run. */
  readonly fatal?: boolean;
  /** Services that the file brings, for `org.opensolaris.smf.fmri`. */
  readonly services?: readonly string[];
}

export const NOTHING: Looked = { records: [], complaints: [] };
