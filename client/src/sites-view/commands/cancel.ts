import { window } from 'vscode';
import { jobOf, siteOf } from '../rows.ts';
import { counted } from '../words.ts';
import type { SitesCommand } from './command.ts';

/** *Cancel* of rows: all open jobs of a site, or one job. Several at once are confirmed. */
export const cancel: SitesCommand = {
  id: 'packwright.site.cancel',
  async run({ store }, rows) {
    const ids = new Set(rows.flatMap(row => jobOf(row) ?? []));
    const names = new Set(rows.filter(row => jobOf(row) === undefined).map(siteOf));
    const open = store.sites.flatMap(({ name, jobs }) =>
      jobs.filter(({ id }) => names.has(name) || ids.has(id)),
    );
    if (open.length === 0) return;
    if (open.length > 1 && !(await confirmed(open.length))) return;
    await store.ask({ kind: 'cancel', sites: [], jobs: open.map(({ id }) => id) });
  },
};

async function confirmed(count: number): Promise<boolean> {
  const yes = `Cancel ${counted(count, 'Job')}`;
  const message = `Cancel ${counted(count, 'job')}?`;
  return (await window.showWarningMessage(message, { modal: true }, yes)) === yes;
}
