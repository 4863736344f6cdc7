import type {
  ActionEntry,
  DependencyType,
  Dialect,
  Edit,
  Manifest,
  Need,
  NewDependency,
  Requirement,
} from './model.ts';

/** How to read a manifest. */
export interface ReadOptions {
  /** Absolute path: its name tells fragments, and stands in for a missing package name. */
  readonly path: string;
  /** Values of `$(NAME)`. */
  readonly macros: Readonly<Record<string, string>>;
  /** What the text was before it was edited: saves work, and changes no answer. */
  readonly previous?: Manifest | undefined;
}

/** The rules of one packaging system. A value in the list of `dialectOf`. */
export interface DialectRules {
  readonly name: Dialect;
  /** By file name: `.p5m` and `.mog` for IPS. */
  claims(path: string): boolean;
  read(text: string, options: ReadOptions): Manifest;
  /** Negative when `a` is older than `b`. */
  compareVersions(a: string | undefined, b: string | undefined): number;
  /** Whether an installed or candidate `version` meets `condition` of a dependency of this type. */
  meets(version: string | undefined, condition: string | undefined, type: DependencyType): boolean;
  /** Adds dependencies in the place and style of the manifest. One edit. */
  addDependencies(manifest: Manifest, added: readonly NewDependency[]): Edit;
  /** Takes out the whole logical line of a declared dependency. */
  removeDependency(manifest: Manifest, index: number): Edit;
  /** Replaces the value of the `alternative`-th `fmri` of a declared dependency, keeping its spelling style. */
  retarget(manifest: Manifest, index: number, alternative: number, requirement: Requirement): Edit;
  /** Tells the analysis of one file to ignore exactly these paths. */
  bypass(manifest: Manifest, entry: ActionEntry, paths: readonly Need[]): Edit;
  /** Whether a bypass value covers a path; a value that is no pattern covers nothing. */
  bypasses(value: string, path: Need): boolean;
}
