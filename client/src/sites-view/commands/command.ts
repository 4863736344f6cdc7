import type { ReportPanel } from '../panel.ts';
import type { SiteStore } from '../store.ts';

/** What commands work with. */
export interface SitesWindow {
  readonly store: SiteStore;
  readonly panel: ReportPanel;
}

/** A command about sites. */
export interface SitesCommand {
  /** As in `contributes.commands`. */
  readonly id: string;
  /**
   * `rows`: ids of the rows that it was called on; none from the palette. Throws an `Error` whose message tells the
   * user why it cannot work.
   */
  run(window: SitesWindow, rows: readonly string[]): Promise<void>;
}
