import type { SyntaxFault } from '../../model.ts';
import type { Flaw } from '../flaws.ts';
import type { Action, Include, Transform } from '../lines.ts';
import type { PackageAttribute, PackageFacts } from '../package-facts.ts';
import type { TagReader } from '../tags.ts';

/** What is judged line by line: lines of one manifest, with its macros expanded. */
export interface Lines {
  readonly text: string;
  readonly flaws: readonly Flaw[];
  readonly directives: readonly (Include | Transform)[];
  /** Those that are not commented out by a macro. */
  readonly actions: readonly Action[];
  /** The `set` actions, read. */
  readonly attributes: readonly PackageAttribute[];
  readonly fragment: boolean;
  /** Whether a transform of the manifest speaks of an attribute, or an included file may. */
  readonly mayBeAdded: (key: string) => boolean;
}

/** What is judged as a whole: one manifest, with its macros expanded. */
export interface Subject {
  /** Whether it has directives, which may change every action. */
  readonly directed: boolean;
  readonly actions: readonly Action[];
  readonly attributes: readonly PackageAttribute[];
  readonly facts: PackageFacts;
  readonly tags: TagReader;
  /** Whether each path is delivered once, where that is known. */
  readonly areApart: boolean | undefined;
}

/** Where a rule puts what it finds. */
export type Report = (fault: Omit<SyntaxFault, 'code'>) => void;
