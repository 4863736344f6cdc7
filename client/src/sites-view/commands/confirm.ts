import { window } from 'vscode';
import type { SiteSummary } from '../../sites/worker-protocol.ts';
import { counted, listed } from '../words.ts';

/** What is about to be asked of sites. */
export interface Change {
  /** *Install*, *Remove*, *Update*. */
  readonly verb: string;
  readonly packages: readonly string[];
  readonly sites: readonly SiteSummary[];
  /** What is to be known before. */
  readonly note?: string;
}

/** Shows sites and packages, and has the change confirmed: the one modal question there is. */
export async function confirmChange({ verb, packages, sites, note }: Change): Promise<boolean> {
  const message = `${verb} ${counted(packages.length, 'package')} at ${counted(sites.length, 'site')}?`;
  const names = sites.map(site => site.name);
  const detail = [
    `Packages: ${listed(packages, MOST_LISTED)}`,
    `Sites: ${listed(names, MOST_LISTED)}`,
    ...(note ? [note] : []),
    sites.length === 1
      ? 'One job is sent; it waits for its turn when another one is under way.'
      : 'One job is sent to each site; it waits for its turn where another one is under way.',
  ].join('\n\n');
  return (await window.showWarningMessage(message, { modal: true, detail }, verb)) === verb;
}

const MOST_LISTED = 30;
