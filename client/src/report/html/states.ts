import { isBad, type SiteState } from '../status-report.ts';
import { html, type Markup } from './markup.ts';

/** How grave a state is: broken, wanting, on its way, at rest, good. Each has a colour, and a shape in histories. */
export type Tone = 'bad' | 'poor' | 'busy' | 'rest' | 'good';

/** What a state looks like and what it means. */
export interface StateWords {
  readonly tone: Tone;
  /** One character beside the word. */
  readonly sign: string;
  /** In one sentence, for the heading of its group. */
  readonly means: string;
  /** What a manager does about it; absent: nothing is to be done. */
  readonly advice?: string;
  /** Sub-command of `packwright sites` that helps. */
  readonly command?: 'probe' | 'audit' | 'install' | 'update' | 'upgrade' | 'log';
}

/** Every state, worst first. */
export const STATES: Readonly<Record<SiteState, StateWords>> = {
  damaged: {
    tone: 'bad',
    sign: '✗',
    means: 'The package database is broken.',
    advice: 'Any job that writes repairs it first, for instance',
    command: 'update',
  },
  vulnerable: {
    tone: 'bad',
    sign: '⚠\ufe0e',
    means: 'An installed package has a known vulnerability.',
    advice: 'Bring its packages to their newest versions, or remove those that have no mended one:',
    command: 'upgrade',
  },
  failed: {
    tone: 'bad',
    sign: '✗',
    means: 'The last job ran and did not succeed.',
    advice: 'See what its tools printed, mend the cause, and ask for the job again:',
    command: 'log',
  },
  lost: {
    tone: 'bad',
    sign: '✗',
    means: 'The last job vanished and left no complete report.',
    advice: 'See how the site is before anything is repeated:',
    command: 'probe',
  },
  unreachable: {
    tone: 'bad',
    sign: '↯',
    means: 'The site could not be reached; it is tried again.',
    advice: 'If it stays so, check its host, its batch system and the credentials. To try now:',
    command: 'probe',
  },
  refused: {
    tone: 'bad',
    sign: '⊘',
    means: 'The last job was turned away before it changed anything.',
    advice: 'Mend what the reason names, and ask for the job again.',
  },
  absent: {
    tone: 'poor',
    sign: '∅',
    means: 'There is no pkgsrc at the site.',
    advice: 'The next installation brings it along with the packages:',
    command: 'install',
  },
  incomplete: {
    tone: 'poor',
    sign: '◐',
    means: 'A package that is wanted is not installed.',
    advice: 'Install what is missing:',
    command: 'install',
  },
  unaudited: {
    tone: 'poor',
    sign: '?',
    means: 'The check for vulnerabilities did not work: nothing is known.',
    advice: 'See that the list of vulnerabilities can be had, then:',
    command: 'audit',
  },
  missing: {
    tone: 'poor',
    sign: '○',
    means: 'No report was ever had.',
    advice: 'Ask the site how it is:',
    command: 'probe',
  },
  cancelled: {
    tone: 'poor',
    sign: '■',
    means: 'Somebody cancelled the last job.',
    advice: 'Ask for the job again if it is still wanted, or see how the site is:',
    command: 'probe',
  },
  maintenance: { tone: 'rest', sign: '‖', means: 'A maintenance window is open; nothing is sent.' },
  queued: { tone: 'busy', sign: '…', means: 'A job waits for its turn.' },
  submitting: { tone: 'busy', sign: '▸', means: 'A job is being handed to the batch system.' },
  waiting: { tone: 'busy', sign: '…', means: 'A job waits in the batch system.' },
  running: { tone: 'busy', sign: '▸', means: 'A job runs at the site.' },
  collecting: { tone: 'busy', sign: '▸', means: 'A job has ended; its report is being fetched.' },
  ok: { tone: 'good', sign: '✓', means: 'The last report is good.' },
};

/** All states, worst first. */
export const WORST_FIRST = Object.keys(STATES) as readonly SiteState[];

/** The words of a state; a state that nobody knows, out of a history or a newer file, is as bad as one can be. */
export function wordsOf(state: SiteState): StateWords {
  return Object.hasOwn(STATES, state) ? STATES[state] : UNKNOWN;
}

const UNKNOWN: StateWords = { tone: 'poor', sign: '?', means: 'This state is not known.' };

/** The state as a coloured word with its sign. */
export function badge(state: SiteState): Markup {
  const { tone, sign } = wordsOf(state);
  return html`<span class="badge ${tone}"><span aria-hidden="true">${sign}</span> ${state}</span>`;
}

/** Good and bad in the sense of the exit code; what is on its way or in maintenance is neither. */
export function outcomeOf(state: SiteState): 'good' | 'bad' | 'open' {
  if (isBad(state)) return 'bad';
  return state === 'ok' ? 'good' : 'open';
}
