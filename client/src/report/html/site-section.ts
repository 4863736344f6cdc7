import { historyMarks, historyWords } from './history-marks.ts';
import { html, type Markup } from './markup.ts';
import type { Place } from './place.ts';
import { LONGEST_NAME } from './place-links.ts';
import { type ListLevel, siteLists } from './site-lists.ts';
import { badge, outcomeOf, wordsOf } from './states.ts';
import { visible } from './visible.ts';
import { grouped, moment } from './words.ts';

/** One site: how it stands, why, what to do; its facts fold. */
export function siteSection(place: Place, level: ListLevel): Markup {
  const { status, id } = place;
  const name = visible(status.name, LONGEST_NAME);
  return html`<article class="site ${wordsOf(status.state).tone}" id="${id}" aria-labelledby="${id}-name"><h3 id="${id}-name">${name} ${badge(status.state)}</h3>
<p class="reason">${visible(status.reason, level === 'brief' ? 100 : 500)}</p>
${level === 'brief' ? undefined : html`${advice(place)}${facts(place, level)}`}</article>
`;
}

function facts(place: Place, level: ListLevel): Markup {
  const content = html`<summary>Details</summary>${factList(place)}${siteLists(place, level)}`;
  return outcomeOf(place.status.state) === 'bad'
    ? html`<details open>${content}</details>`
    : html`<details>${content}</details>`;
}

function advice({ status }: Place): Markup | undefined {
  const { advice: text, command } = wordsOf(status.state);
  if (text === undefined) return undefined;
  const named = command !== undefined && SAFE_NAME.test(status.name);
  return html`<p class="advice"><span class="todo">What to do:</span> ${text}${
    named ? html` <code>packwright sites ${command} --site ${status.name}</code>` : undefined
  }</p>`;
}

/** What a sites file accepts as a name: it can be typed as it is. */
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

function factList({ status, history }: Place): Markup {
  const { area, pkgsrc, job } = status;
  return html`<dl class="facts">
<dt>History</dt><dd>${historyMarks(history)}${history.length > 0 ? html` <span class="quiet">${historyWords(history)}</span>` : undefined}</dd>
<dt>State since</dt><dd>${status.since === null ? 'not known' : moment(status.since)}; ${status.checkedAt === null ? 'no report yet' : html`last report ${moment(status.checkedAt)}`}</dd>
<dt>Area</dt><dd>${area ? areaWords(area) : 'not known'}</dd>
<dt>pkgsrc</dt><dd>${
    pkgsrc
      ? html`${pkgsrc.state} in <code>${visible(pkgsrc.prefix, 200)}</code>${pkgsrc.tools === undefined ? undefined : `, pkg_install ${visible(pkgsrc.tools, 40)}`}`
      : 'not known'
  }</dd>
<dt>Job</dt><dd>${job ? jobWords(job) : 'none yet'}</dd>
${status.tags.length > 0 ? html`<dt>Tags</dt><dd>${visible(status.tags.join(', '), 300)}</dd>` : undefined}
</dl>`;
}

function areaWords(area: NonNullable<Place['status']['area']>): Markup {
  const parts = [
    area.freeKiB === undefined ? [] : [`${size(area.freeKiB)} free`],
    yesNo(area.writable, 'writable', 'not writable'),
    yesNo(area.setgid, 'setgid', 'not setgid'),
    yesNo(area.groupWritable, 'group-writable', 'not group-writable'),
    area.group === undefined ? [] : [`group ${visible(area.group, 60)}`],
  ].flat();
  return html`<code>${visible(area.path, 200)}</code>${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

function yesNo(value: boolean | undefined, yes: string, no: string): readonly string[] {
  return value === undefined ? [] : [value ? yes : no];
}

/** A size as people say it, of KiB. */
function size(kib: number): string {
  if (!Number.isFinite(kib) || kib < 0) return 'unknown space';
  if (kib < 1024) return `${grouped(Math.round(kib))} KiB`;
  const mib = kib / 1024;
  return mib < 1024 ? `${grouped(Math.round(mib))} MiB` : `${grouped(Math.round(mib / 1024))} GiB`;
}

function jobWords(job: NonNullable<Place['status']['job']>): Markup {
  const packages = job.packages.length > 0 ? ` ${visible(job.packages.join(' '), 200)}` : '';
  const ticket = job.ticket === null ? '' : `, ticket ${visible(job.ticket, 80)}`;
  return html`${job.verb}${packages}${job.dryRun ? ' (dry run)' : ''}: ${job.state} since ${moment(job.since)}${ticket}${
    job.reason === '' ? undefined : `: ${visible(job.reason, 300)}`
  } <span class="quiet">(job <code>${visible(job.id, 40)}</code>)</span>`;
}
