import type { SiteState, StatusReport } from '../status-report.ts';

/** What the page is made of. Sites are known by their names. */
export interface HtmlInput {
  readonly report: StatusReport;
  /** States of the run before; absent: there was none. */
  readonly previous?: ReadonlyMap<string, SiteState>;
  /** Earlier states of each site, newest last; times are ISO 8601. */
  readonly history: ReadonlyMap<string, readonly PastState[]>;
  /** Patterns that the sites file wants at each site. */
  readonly wanted: ReadonlyMap<string, readonly string[]>;
  /** Newest version of each package that a repository has. */
  readonly newest: ReadonlyMap<string, string>;
}

/** A state that a run found. */
export interface PastState {
  readonly at: string;
  readonly state: SiteState;
}
