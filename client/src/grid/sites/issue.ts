/** Something wrong in a sites file: where, and what. Its texts never hold a secret. */
export interface ValueIssue {
  readonly path: readonly PropertyKey[];
  /** The key itself is wrong, not its value. */
  readonly key?: boolean;
  /** UTF-16 offset in the text, where the path does not tell it. */
  readonly at?: number;
  /** A sentence without a full stop. */
  readonly message: string;
  readonly remedy: string;
}
