import type { ActionEntry } from './manifest.ts';
import type { FileDependency, Need, NewDependency } from './package.ts';
import type { ImplicitDependency } from './payload.ts';
import type { Confidence, Edit, Range, Severity, Span } from './text.ts';

/** One step of a proof, told the same in hover, related information, `why` and JSON. */
export interface ProofStep {
  readonly text: string;
  /** Absolute path and place, when there is something to open. */
  readonly place?: { readonly file: string; readonly range?: Range };
}

/** A repair of the manifest. All edits apply to the text that was checked. */
export interface Fix {
  readonly title: string;
  /** The one that fix-all applies. At most one per finding. */
  readonly preferred: boolean;
  readonly edits: readonly Edit[];
  /** The dependencies that the edits add, so that fix-all can write those of many findings at once. */
  readonly adds?: readonly NewDependency[];
}

/** A place in a payload text file where a finding is shown too. */
export interface PayloadPlace {
  /** Absolute path of the payload in the proto area. */
  readonly file: string;
  readonly range: Range;
}

export interface Finding {
  /** A code of `findings/index.ts`. */
  readonly code: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** One sentence without a final full stop. */
  readonly message: string;
  /** In the manifest. */
  readonly span: Span;
  /** In the payload files that have the need, when they are text. */
  readonly payloadPlaces: readonly PayloadPlace[];
  readonly catcher?: string;
  /** Installed paths of the files that have the need. */
  readonly neededBy: readonly string[];
  readonly what?: string;
  /** Candidate paths, in search order. */
  readonly anyOf: readonly Need[];
  /** Stems of the packages that would satisfy it. */
  readonly candidates: readonly string[];
  /** Combinations concerned, as `arch=sparc zone=global`; empty means all. */
  readonly variants: readonly string[];
  readonly proof: readonly ProofStep[];
  readonly fixes: readonly Fix[];
  readonly unnecessary?: boolean;
}

/** One implicit dependency and how it came out, in every combination where it exists. */
export interface Verdict {
  readonly need: ImplicitDependency;
  readonly file: ActionEntry;
  /** Absolute path of the payload; absent where the action itself has the need. */
  readonly location?: string;
  readonly outcome: 'own' | 'declared' | 'indirect' | 'generated' | 'missing';
  /** Stems that satisfy it: with `own` none. With `missing`: the candidates. */
  readonly by: readonly string[];
  readonly proof: readonly ProofStep[];
}

/** What a dependency on a file, user, group, link or directory comes to. */
export interface FileResolution {
  readonly dependency: FileDependency;
  /** The package itself delivers it. */
  readonly own: boolean;
  /** Stems of the packages that deliver it. */
  readonly providers: readonly string[];
  /** Somebody delivers it in every combination of variants. */
  readonly complete: boolean;
}

/** The answer of `analyse`. */
export interface Analysis {
  readonly findings: readonly Finding[];
  readonly verdicts: readonly Verdict[];
  /** Of each of the manifest's `fileDependencies`. */
  readonly resolutions: readonly FileResolution[];
  /** Indices of suppressions that hid something. */
  readonly suppressed: ReadonlySet<number>;
}
