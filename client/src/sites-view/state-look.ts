import type { SiteState } from '../sites/worker-protocol.ts';

/** How a state looks; the row says its name in words as well. */
export interface StateLook {
  /** Name of a product icon. */
  readonly icon: string;
  /** Name of a colour of the theme. */
  readonly color: string;
  /** For sites that give no reason of their own. */
  readonly meaning: string;
}

/** The look of a state, one of a newer worker too. */
export function stateLook(state: SiteState): StateLook {
  return LOOKS[state] ?? LOOKS.missing;
}

const BAD = 'problemsErrorIcon.foreground';
const POOR = 'problemsWarningIcon.foreground';
const BUSY = 'problemsInfoIcon.foreground';
const QUIET = 'disabledForeground';

const LOOKS: Readonly<Record<SiteState, StateLook>> = {
  ok: { icon: 'pass', color: 'testing.iconPassed', meaning: 'The last report is good' },
  vulnerable: { icon: 'shield', color: BAD, meaning: 'An installed package has a known vulnerability' },
  unaudited: { icon: 'unverified', color: POOR, meaning: 'The check for vulnerabilities did not work' },
  incomplete: { icon: 'warning', color: POOR, meaning: 'A package that is wanted is not installed' },
  damaged: { icon: 'error', color: BAD, meaning: 'The package database is broken' },
  absent: { icon: 'circle-slash', color: POOR, meaning: 'There is no pkgsrc at the site' },
  missing: { icon: 'question', color: POOR, meaning: 'No report was ever had' },
  failed: { icon: 'error', color: BAD, meaning: 'The last job did not succeed' },
  lost: { icon: 'error', color: BAD, meaning: 'The last job vanished' },
  cancelled: { icon: 'stop-circle', color: POOR, meaning: 'The last job was cancelled' },
  refused: { icon: 'error', color: BAD, meaning: 'The last job was turned away' },
  unreachable: { icon: 'debug-disconnect', color: BAD, meaning: 'The site could not be reached' },
  maintenance: { icon: 'tools', color: QUIET, meaning: 'A maintenance window is open; nothing is sent' },
  queued: { icon: 'clock', color: BUSY, meaning: 'A job waits for its turn' },
  submitting: { icon: 'cloud-upload', color: BUSY, meaning: 'A job is being submitted' },
  waiting: { icon: 'watch', color: BUSY, meaning: 'A job waits in the batch system' },
  running: { icon: 'sync~spin', color: BUSY, meaning: 'A job runs at the site' },
  collecting: { icon: 'cloud-download', color: BUSY, meaning: 'The report of a job is being fetched' },
};
