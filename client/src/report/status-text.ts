import type { SiteReport } from '../grid/model.ts';
import { sentence } from './sentence.ts';
import {
  isBad,
  type PackageStatus,
  type SiteState,
  type SiteStatus,
  type StatusReport,
} from './status-report.ts';
import { table } from './text-table.ts';

/** How the text is drawn. Everything that came from a site goes through `clean` first. */
export interface TextStyle {
  /** Makes a text harmless for a terminal, on one line. */
  readonly clean: (text: string) => string;
  readonly paint: (tone: Tone, text: string) => string;
}

/** What a piece of text means, for its colour; the words say it too. */
export type Tone = 'good' | 'bad' | 'busy' | 'heading';

/** The report for people: what needs attention, every site, then every package. */
export function statusText(report: StatusReport, style: TextStyle): string {
  return [
    `${style.paint('heading', headline(report))}\n`,
    sites(report, style),
    attention(report, style),
    packages(report.packages, report.sites.length, style),
    faults(report, style),
  ]
    .filter(Boolean)
    .join('\n');
}

/** The states that some sites have, worst first, with how many. */
function headline(report: StatusReport): string {
  const counts = new Map<SiteState, number>();
  for (const { state } of report.sites) counts.set(state, (counts.get(state) ?? 0) + 1);
  const words = [...counts]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([state, count]) => `${count} ${state}`);
  const all = `${report.sites.length} ${report.sites.length === 1 ? 'site' : 'sites'}`;
  return `${report.vo}: ${all}: ${words.join(', ') || 'none'} (${minute(report.generatedAt)})`;
}

function sites(report: StatusReport, style: TextStyle): string {
  const rows = report.sites.map(site => [
    style.clean(site.name),
    style.paint(toneOf(site.state), site.state),
    site.checkedAt ? minute(site.checkedAt) : '-',
    site.packages ? String(site.packages.length) : '-',
    site.audit === 'checked' ? String(new Set(site.vulnerabilities.map(v => v.package)).size) : '-',
    style.clean(site.reason),
  ]);
  return table(['SITE', 'STATE', 'CHECKED', 'PACKAGES', 'VULNERABLE', 'WHY'], rows, style.paint);
}

/** One paragraph for each site with something to tell beside its state. */
function attention(report: StatusReport, style: TextStyle): string {
  return report.sites
    .map(site => ({ site, lines: tellings(site).map(style.clean) }))
    .filter(({ lines }) => lines.length > 0)
    .map(
      ({ site, lines }) =>
        `${style.paint('heading', style.clean(site.name))}\n${lines.map(line => `  ${line}\n`).join('')}`,
    )
    .join('\n');
}

function tellings(site: SiteStatus): readonly string[] {
  const job = site.job;
  const repairs = (job?.repairs ?? []).filter(repair => repair.outcome !== 'failed');
  return [
    ...site.vulnerabilities.map(v => `vulnerable  ${v.package}: ${v.type}, see ${v.url}`),
    ...(job?.actions ?? []).map(action =>
      [
        action.outcome.padEnd(10),
        `${action.verb} ${action.package}${was(action)}${action.text ? `: ${action.text}` : ''}`,
      ].join('  '),
    ),
    ...repairs.map(
      repair => `${repair.outcome === 'planned' ? 'to repair ' : 'repaired  '}  ${sentence(repair)}`,
    ),
    ...site.problems.map(problem => `${'problem'.padEnd(10)}  ${sentence(problem)}`),
  ];
}

/** The version before, where it is another one. */
function was({ package: name, from }: SiteReport['actions'][number]): string {
  return from === undefined || name.endsWith(`-${from}`) ? '' : ` (was ${from})`;
}

/** Package, version, sites; the sites by number where all of them have it. */
function packages(all: readonly PackageStatus[], siteCount: number, style: TextStyle): string {
  const rows = all.flatMap(({ name, versions }) =>
    versions.map(({ version, sites: at }, index) => [
      index === 0 ? style.clean(name) : '',
      style.clean(version),
      at.length === siteCount && siteCount > 1 ? `all ${siteCount} sites` : at.map(style.clean).join(' '),
    ]),
  );
  return rows.length === 0 ? '' : table(['PACKAGE', 'VERSION', 'SITES'], rows, style.paint);
}

function faults(report: StatusReport, style: TextStyle): string {
  return report.faults
    .map(({ path, line, column, message }) => {
      const place = [path, line, column].filter(part => part !== undefined).join(':');
      return `${style.clean(place)}: ${style.clean(message)}\n`;
    })
    .join('');
}

function toneOf(state: SiteState): Tone {
  if (state === 'ok') return 'good';
  return isBad(state) ? 'bad' : 'busy';
}

/** Bad ones first, then those that are busy, then the good. */
function rank(state: SiteState): number {
  return { bad: 0, busy: 1, heading: 2, good: 3 }[toneOf(state)];
}

/** `2026-11-20 16:02` of an ISO time, with its zone, which is always UTC. */
function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`;
}
