import type { JobLine, SiteDetail, SiteSummary } from '../sites/worker-protocol.ts';
import { stateLook } from './state-look.ts';
import { counted, jobText, since } from './words.ts';

/** One line of the tree. Its id is stable, and begins with the name of its site: names have no `/`. */
export interface Row {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Name of a product icon, and of a colour of the theme. */
  readonly icon: string;
  readonly color?: string;
  /** What a screen reader says: everything that is shown, the icon's meaning too. */
  readonly spoken: string;
  readonly tooltip?: string;
  /** What can be done with it: `site.idle`, `site.busy`, `site.broken`, `job.open`, `job.ended`. */
  readonly context?: string;
  readonly expandable?: boolean;
  /** Opens a page of the web. */
  readonly link?: string;
}

/** The name of the site that a row is of. */
export function siteOf(id: string): string {
  return id.split('/', 1)[0] ?? '';
}

/** The job that a row is of. */
export function jobOf(id: string): string | undefined {
  return /^[^/]+\/(?:jobs|history)\/([0-9a-f]{32})$/.exec(id)?.[1];
}

/** The line of a site. */
export function siteRow(site: SiteSummary, now: Date): Row {
  const { icon, color } = stateLook(site.state);
  const stands = `${site.state}${sinceWords(site, now)}`;
  const told = site.state === 'maintenance' ? 0 : 1;
  const open = site.jobs.length > told ? `, ${counted(site.jobs.length, 'job')} open` : '';
  return {
    id: site.name,
    label: site.name,
    description: `${stands}${open}`,
    icon,
    color,
    spoken: [`${site.name}, ${stands}${open}`, site.reason, packagesText(site)].join('. '),
    tooltip: [`${site.name}: ${stands}`, site.reason, packagesText(site)].join('\n'),
    context: contextOf(site),
    expandable: true,
  };
}

/** The lines directly below a site. */
export function partRows(site: SiteSummary, detail: SiteDetail, now: Date): readonly Row[] {
  const { status, history } = detail;
  return [
    reasonRow(site),
    ...site.jobs.map(job => jobRow(site.name, 'jobs', job, now)),
    group(site.name, 'packages', 'package', packagesText(site), status.packages?.length ?? 0),
    vulnerabilitiesRow(site),
    ...(status.problems.length > 0
      ? [group(site.name, 'problems', 'warning', counted(status.problems.length, 'problem'), 1)]
      : []),
    group(site.name, 'history', 'history', 'History', history.length, lastText(history, now)),
  ];
}

/** The lines below a part of a site; none for parts without lines. */
export function entryRows(id: string, detail: SiteDetail, now: Date): readonly Row[] {
  const [site = '', part] = id.split('/');
  const { status, history } = detail;
  if (part === 'packages') return packageRows(site, detail);
  if (part === 'vulnerabilities')
    return status.vulnerabilities.map((each, index) => ({
      ...plain(
        `${site}/vulnerabilities/${index}`,
        each.package,
        each.type,
        'shield',
        'list.warningForeground',
      ),
      spoken: `${each.package} is vulnerable: ${each.type}`,
      tooltip: `${each.package}: ${each.type}\n${each.url}`,
      ...(/^https?:\/\//.test(each.url) ? { link: each.url } : {}),
    }));
  if (part === 'problems')
    return status.problems.map((each, index) =>
      plain(`${site}/problems/${index}`, each.text, undefined, 'warning', 'list.warningForeground'),
    );
  if (part === 'history') return history.map(job => jobRow(site, 'history', job, now));
  return [];
}

function packageRows(site: string, { status }: SiteDetail): readonly Row[] {
  const vulnerable = new Set(status.vulnerabilities.map(each => each.package));
  return (status.packages ?? []).map(({ name, version, automatic }) => {
    const bad = vulnerable.has(`${name}-${version}`);
    const more = [automatic && 'needed by others', bad && 'vulnerable'].filter(Boolean).join(', ');
    const [icon, color] = bad ? ['shield', 'list.warningForeground'] : ['package'];
    return plain(
      `${site}/packages/${name}-${version}`,
      name,
      more ? `${version}, ${more}` : version,
      icon ?? '',
      color,
    );
  });
}

function reasonRow(site: SiteSummary): Row {
  const { meaning } = stateLook(site.state);
  return { ...plain(`${site.name}/reason`, site.reason || meaning, undefined, 'info') };
}

function vulnerabilitiesRow(site: SiteSummary): Row {
  const id = `${site.name}/vulnerabilities`;
  if (!site.audited && site.vulnerable === 0)
    return plain(id, 'Not checked for vulnerabilities', undefined, 'unverified');
  if (site.vulnerable === 0) return plain(id, 'No known vulnerabilities', undefined, 'verified');
  const label = counted(site.vulnerable, 'vulnerable package');
  return { ...plain(id, label, undefined, 'shield', 'list.warningForeground'), expandable: true };
}

function jobRow(site: string, part: 'jobs' | 'history', job: JobLine, now: Date): Row {
  const { icon, color } = stateLook(job.state === 'done' ? 'ok' : job.state);
  const time = since(new Date(job.since), now);
  const ends = part === 'history' ? `${job.state}, ${time}` : `${job.state} since ${time}`;
  const description = job.cancelRequested && part === 'jobs' ? `${ends}, to be cancelled` : ends;
  const text = jobText(job);
  return {
    id: `${site}/${part}/${job.id}`,
    label: text,
    description,
    icon,
    color,
    spoken: [`Job: ${text}, ${description}`, job.reason].filter(Boolean).join('. '),
    tooltip: [`${text}: ${description}`, job.reason].filter(Boolean).join('\n'),
    context: part === 'jobs' ? 'job.open' : 'job.ended',
  };
}

function group(
  site: string,
  part: string,
  icon: string,
  label: string,
  count: number,
  description?: string,
): Row {
  return { ...plain(`${site}/${part}`, label, description, icon), expandable: count > 0 };
}

function plain(
  id: string,
  label: string,
  description: string | undefined,
  icon: string,
  color?: string,
): Row {
  const spoken = description ? `${label}, ${description}` : label;
  return {
    id,
    label,
    ...(description ? { description } : {}),
    icon,
    ...(color ? { color } : {}),
    spoken,
    tooltip: label,
  };
}

function packagesText(site: SiteSummary): string {
  if (site.packages === null) return 'Packages not known';
  return site.packages === 0 ? 'No packages' : counted(site.packages, 'package');
}

function lastText(history: readonly JobLine[], now: Date): string {
  const [last] = history;
  return last ? `last: ${jobText(last)}, ${since(new Date(last.since), now)}` : 'nothing was asked yet';
}

function sinceWords({ since: from, state, checkedAt }: SiteSummary, now: Date): string {
  const checked = state === 'ok' && checkedAt !== null;
  if (checked) return `, checked ${since(new Date(checkedAt), now)}`;
  return from === null ? '' : ` since ${since(new Date(from), now)}`;
}

function contextOf(site: SiteSummary): string {
  if (!site.usable) return 'site.broken';
  return site.jobs.length > 0 ? 'site.busy' : 'site.idle';
}
