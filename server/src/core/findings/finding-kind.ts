/** What a code means: its manual page, shown by `explain`, in hovers and in `docs/findings.md`. */
export interface FindingKind {
  /** Stable, kebab-case. */
  readonly code: string;
  /** One sentence. */
  readonly title: string;
  /** Markdown: when it is reported, how severe it is, what to do. */
  readonly doc: string;
}
