import type { HtmlInput } from '../../client/src/report/html/html-input.ts';
import type { ReportFault, SiteStatus } from '../../client/src/report/status-report.ts';

/** One site that is well, but for what is said. */
export function siteStatus(more: Partial<SiteStatus> = {}): SiteStatus {
  return {
    name: 'north',
    tags: [],
    state: 'ok',
    reason: '1 package, none known to be vulnerable',
    since: '2026-11-20T12:00:00.000Z',
    checkedAt: '2026-11-20T12:00:00.000Z',
    job: {
      id: '0'.repeat(32),
      verb: 'probe',
      packages: [],
      dryRun: false,
      state: 'done',
      reason: '',
      since: '2026-11-20T12:00:00.000Z',
      ticket: '4711',
      actions: [],
      repairs: [],
    },
    area: { path: '/vo/atlas', freeKiB: 2_097_152, writable: true, group: 'voatlas' },
    pkgsrc: { state: 'present', prefix: '/vo/atlas/pkg', tools: '20251101' },
    packages: [{ name: 'greet', version: '1.1', automatic: false }],
    vulnerabilities: [],
    audit: 'checked',
    problems: [],
    ...more,
  };
}

/** What the page is made of: these sites, and nothing else known. */
export function htmlInput(
  sites: readonly SiteStatus[],
  more: Partial<HtmlInput> & { readonly faults?: readonly ReportFault[] } = {},
): HtmlInput {
  const { faults = [], ...rest } = more;
  return {
    report: {
      version: 1,
      generatedAt: '2026-11-20T16:02:11.480Z',
      vo: 'atlas',
      sites,
      packages: [],
      faults,
    },
    history: new Map(),
    wanted: new Map(),
    newest: new Map(),
    ...rest,
  };
}
