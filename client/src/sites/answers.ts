import { patternFault } from '../../../server/src/core/pkgsrc/pattern.ts';
import { enqueue, hasten, job, jobs, requestCancel } from '../grid/store.ts';
import { visibleLine } from '../grid/visible-text.ts';
import { statusJson } from '../report/status-json.ts';
import { statusReport } from '../report/status-report.ts';
import type { TextStyle } from '../report/status-text.ts';
import { systemOf } from './grid-tools.ts';
import { htmlReport } from './html-report.ts';
import { jobLog } from './job-log.ts';
import { statusInput } from './knowledge.ts';
import type { openOffers } from './offers.ts';
import { siteDetail } from './overview.ts';
import { type SitesPlace, siteNames, sitesNamed } from './sites-place.ts';
import type { OpenState } from './state.ts';
import type { Answer, Ask } from './worker-protocol.ts';

/** What an ask is answered with. */
export interface Means {
  readonly place: SitesPlace;
  readonly state: OpenState;
  readonly offers: ReturnType<typeof openOffers>;
  readonly signal: AbortSignal;
}

type Asked<K extends Ask['kind']> = Extract<Ask, { readonly kind: K }>;

/** Sees to an ask. Rejects with a `StoreError` when the store fails. */
export async function answerTo(
  ask: Exclude<Ask, { readonly kind: 'refresh' }>,
  means: Means,
): Promise<Answer<Ask>> {
  const { place, state, offers, signal } = means;
  switch (ask.kind) {
    case 'request':
      return request(ask, means);
    case 'cancel':
      return cancel(ask, means);
    case 'packages':
      return offers(ask.sites, place, signal);
    case 'site':
      return (await siteDetail(ask.site, place, state)) ?? { fault: `No site is called ${ask.site}.` };
    case 'report':
      return report(ask, means);
    case 'log':
      return log(ask, means);
  }
}

async function request({ verb, sites, packages }: Asked<'request'>, { place, state }: Means) {
  for (const pattern of packages) {
    const fault = /^[\x21-\x7e]{1,256}$/.test(pattern)
      ? patternFault(pattern)
      : 'it has blanks or other odd characters';
    if (fault) return { fault: `${visibleLine(pattern, 80)} is no package pattern: ${fault}.` };
  }
  const known = sitesNamed(place, sites);
  if (known.length === 0) return { fault: 'The sites file describes none of these sites well enough.' };
  const request = { verb, packages: [...new Set(packages)].sort(), dryRun: false };
  const asked = await enqueue(
    state.store,
    known.map(site => ({ site, request })),
    state.who,
  );
  const ids = [...new Set(asked.map(each => each.job.id))];
  await hasten(state.store, ids, systemOf);
  return { jobs: ids };
}

async function cancel({ sites, jobs: ids }: Asked<'cancel'>, { place, state: { store, who } }: Means) {
  const open = await jobs(store, { vo: place.file.vo, open: true });
  const chosen = open.filter(({ id, site }) => ids.includes(id) || sites.includes(site.name));
  for (const { id } of chosen) await requestCancel(store, id, who);
  return { jobs: chosen.map(({ id }) => id) };
}

async function report({ format }: Asked<'report'>, { place, state }: Means) {
  const all = statusReport(await statusInput(place, siteNames(place), state.store));
  return { text: format === 'json' ? statusJson(all) : await htmlReport(all, place, state.store) };
}

async function log({ site, job: id }: Asked<'log'>, { place, state: { store } }: Means) {
  const newest = { vo: place.file.vo, sites: [site], limit: 1 };
  const one = id === undefined ? (await jobs(store, newest))[0] : await job(store, id);
  if (!one || one.site.name !== site) return { text: `Nothing was asked of ${site} yet.\n` };
  return { text: await jobLog(one, store, plain) };
}

const plain: TextStyle = { clean: text => visibleLine(text, 4000), paint: (_tone, text) => text };
