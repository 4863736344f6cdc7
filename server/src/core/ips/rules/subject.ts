import type { SyntaxFault } from '../../model.ts';
import type { Flaw } from '../flaws.ts';
import type { Action, Include, Transform } from '../lines.ts';
import type { PackageAttribute, PackageFacts } from '../package-facts.ts';
import type { TagReader } from '../tags.ts';

/** What the rules judge: one manifest, with its macros expanded. */
export interface Subject {
  readonly text: string;
  readonly flaws: readonly Flaw[];
  readonly directives: readonly (Include | Transform)[];
  /** All actions that are not commented out by a macro. */
  readonly actions: readonly Action[];
  /** The `set` actions, read. */
  readonly attributes: readonly PackageAttribute[];
  readonly facts: PackageFacts;
  readonly tags: TagReader;
  readonly fragment: boolean;
}

/** Where a rule puts what it finds. */
export type Report = (fault: Omit<SyntaxFault, 'code'>) => void;
