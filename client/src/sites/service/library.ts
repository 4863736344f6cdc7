import { jobs, type StoredJob, snapshot, snapshots } from '../../grid/store.ts';
import { visibleLine } from '../../grid/visible-text.ts';
import type { HtmlInput } from '../../report/html/html-input.ts';
import { runsHtml } from '../../report/html/runs-html.ts';
import { type SiteJob, siteHtml } from '../../report/html/site-html.ts';
import { statusHtml } from '../../report/html/status-html.ts';
import { statusJson } from '../../report/status-json.ts';
import { statusReport } from '../../report/status-report.ts';
import { statusText } from '../../report/status-text.ts';
import { htmlReport, pageInput, wantedAt } from '../html-report.ts';
import { statusInput } from '../knowledge.ts';
import { siteNames } from '../sites-place.ts';
import { type Document, documentOf, type Found } from './document.ts';
import type { Edition, LatestEdition, Source } from './edition.ts';
import type { Target } from './targets.ts';

/** All documents but that of the service's health. */
export type Page = Exclude<Target, { readonly kind: 'health' }>;

/** Finds the document of a target, `stamp` being that of the one that the asker has. Rejects with a `StoreError`. */
export async function findPage(
  target: Page,
  stamp: string | undefined,
  source: Source,
  latest: LatestEdition,
): Promise<Found> {
  switch (target.kind) {
    case 'latest':
      return latestPage(target.format, stamp, source, latest);
    case 'site':
      return sitePage(target.last, stamp, source, await latest.current(source));
    case 'jobs':
      return jobsPage(target.site, stamp, source);
    case 'runs':
      return runsPage(target.format, stamp, source);
    case 'run':
      return runPage(target, stamp, source);
  }
}

/** Runs that the list shows, and jobs of a site. */
const MOST_LISTED = { runs: 1000, jobs: 100 };

const SAME: Found = { kind: 'same' };
const NONE: Found = { kind: 'none' };

function found(document: Document): Found {
  return { kind: 'document', document };
}

async function latestPage(
  format: 'html' | 'json' | 'text',
  stamp: string | undefined,
  source: Source,
  latest: LatestEdition,
): Promise<Found> {
  const edition = await latest.current(source);
  if (stamp === edition.digest) return SAME;
  const text = await latest.using(() => latestText(format, edition, source));
  return found(documentOf(text, format, edition.digest));
}

async function latestText(
  format: 'html' | 'json' | 'text',
  { report, place }: Edition,
  { state: { store } }: Source,
): Promise<string> {
  if (format === 'json') return statusJson(report);
  if (format === 'html') return htmlReport(report, place, store);
  return statusText(report, { clean: text => visibleLine(text, 4000), paint: (_tone, words) => words });
}

/** A site that is really called `x.json` hides the JSON of the site `x`. */
async function sitePage(
  last: string,
  stamp: string | undefined,
  { place, state: { store } }: Source,
  { digest }: Edition,
): Promise<Found> {
  const names = new Set(siteNames(place));
  const isPage = names.has(last);
  const name = isPage ? last : last.replace(/\.json$/, '');
  if (!names.has(name)) return NONE;
  if (stamp === digest) return SAME;
  const report = statusReport(await statusInput(place, [name], store));
  const own = { ...report, faults: report.faults.filter(fault => fault.site === name) };
  if (!isPage) return found(documentOf(statusJson(own), 'json', digest));
  const input = await pageInput(own, wantedAt(place), store);
  const rows = await jobsOf(name, place.file.vo, store);
  return found(documentOf(siteHtml(input, rows), 'html', digest));
}

async function jobsPage(name: string, stamp: string | undefined, source: Source): Promise<Found> {
  const { place, state, changes } = source;
  if (!siteNames(place).includes(name)) return NONE;
  if (stamp === changes) return SAME;
  const rows = await jobsOf(name, place.file.vo, state.store);
  return found(
    documentOf(`${JSON.stringify({ version: 1, site: name, jobs: rows }, undefined, 2)}\n`, 'json', changes),
  );
}

async function jobsOf(
  name: string,
  vo: string,
  store: Source['state']['store'],
): Promise<readonly SiteJob[]> {
  const last = await jobs(store, { vo, sites: [name], limit: MOST_LISTED.jobs });
  return last.map(jobRow).reverse();
}

/** Nothing of a job that could help to forge its report. */
function jobRow({ id, request, state, reason, queuedAt, endedAt }: StoredJob): SiteJob {
  return {
    id,
    request: [request.verb, ...request.packages, ...(request.dryRun ? ['(dry run)'] : [])].join(' '),
    state,
    reason: visibleLine(reason, 1000),
    queuedAt: iso(queuedAt),
    endedAt: endedAt === undefined ? null : iso(endedAt),
  };
}

async function runsPage(format: 'html' | 'json', stamp: string | undefined, source: Source): Promise<Found> {
  const { place, state, changes } = source;
  const { vo } = place.file;
  const key = `${vo} ${changes}`;
  if (stamp === key) return SAME;
  const kept = await snapshots(state.store, vo, MOST_LISTED.runs);
  const runs = kept.map(({ at, beganAt, counts }) => ({ at: iso(at), beganAt: iso(beganAt), counts }));
  const text =
    format === 'html' ? runsHtml(vo, runs) : `${JSON.stringify({ version: 1, vo, runs }, undefined, 2)}\n`;
  return found(documentOf(text, format, key));
}

/** A kept run never changes. */
async function runPage(
  { at, format }: Extract<Page, { readonly kind: 'run' }>,
  stamp: string | undefined,
  { place, state: { store } }: Source,
): Promise<Found> {
  const { vo } = place.file;
  if (stamp === vo) {
    const kept = await snapshots(store, vo, Number.MAX_SAFE_INTEGER);
    return kept.some(each => each.at === at) ? SAME : NONE;
  }
  const kept = await snapshot(store, vo, at);
  if (!kept) return NONE;
  const report = JSON.parse(kept.report);
  if (format === 'json') return found(documentOf(statusJson(report), 'json', vo));
  const wanted: HtmlInput['wanted'] = new Map(JSON.parse(kept.beside).wanted);
  return found(documentOf(statusHtml(await pageInput(report, wanted, store, at)), 'html', vo));
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
