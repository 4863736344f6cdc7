import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SitesDesk } from '../../client/src/sites/sites-desk.ts';
import type { Answer, Ask, ReadyView, SitesView } from '../../client/src/sites/worker-protocol.ts';
import { eventually } from '../support/processes.ts';

/** A window's worker, in this process. */
interface Desk {
  readonly views: readonly SitesView[];
  ask(ask: Ask): Promise<Answer<Ask>>;
  close(): Promise<void>;
}

suite("a window's work with sites", function () {
  this.timeout(30_000);
  let directory: string;
  const desks: Desk[] = [];

  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'packwright-desk-'));
    mkdirSync(join(directory, 'area'));
    chmodSync(join(directory, 'area'), 0o2775);
    write('');
  });
  teardown(async () => {
    await Promise.all(desks.splice(0).map(desk => desk.close()));
    rmSync(directory, { recursive: true, force: true });
  });

  /** A sites file with the site `here`; `more` is added to it. */
  function write(more: string): void {
    writeFileSync(
      join(directory, 'sites.yaml'),
      `vo: test
limits: {pollFirst: 1s}
defaults: {backend: local, spool: ${directory}/spool, wall: 5m, minimumFree: 1M}
sites:
  - {name: here, area: ${directory}/area${more}}
`,
    );
  }

  function open(): Desk {
    const views: SitesView[] = [];
    const desk = new SitesDesk(
      {
        sitesFile: join(directory, 'sites.yaml'),
        stateDirectory: join(directory, 'state'),
        cacheDirectory: join(directory, 'cache'),
        env: process.env,
      },
      message => {
        if (message.kind === 'view') views.push(message.view);
      },
    );
    const ended = desk.run();
    const opened = {
      views,
      ask: (ask: Ask) => desk.answer(ask),
      close: () => {
        desk.close();
        return ended;
      },
    };
    desks.push(opened);
    return opened;
  }

  const last = (desk: Desk) => desk.views.at(-1);
  const ready = (desk: Desk) => {
    const view = last(desk);
    return view?.kind === 'ready' ? view : undefined;
  };
  const state = (view: ReadyView | undefined) => view?.sites[0]?.state;
  const probe = { kind: 'request', verb: 'probe', sites: ['here'], packages: [] } as const;

  test('a sites file is shown, and nothing is asked of its sites', async () => {
    const desk = open();
    await eventually('the sites', () => ready(desk) !== undefined);
    assert.equal(state(ready(desk)), 'missing');
    assert.equal(ready(desk)?.open, 0);
  });

  test('a job is moved on to its end, and every window sees it', async () => {
    const [mine, other] = [open(), open()];
    await eventually('the sites', () => ready(other) !== undefined);
    const answer = await mine.ask(probe);
    assert.ok('jobs' in answer && answer.jobs.length === 1);
    for (const desk of [mine, other]) await eventually('the report', () => state(ready(desk)) === 'absent');
    const moved = mine.views.flatMap(view => (view.kind === 'ready' ? [state(view)] : []));
    assert.ok(
      moved.includes('queued') || moved.includes('waiting') || moved.includes('running'),
      String(moved),
    );
    await eventually('nobody to drive any more', () => ready(mine)?.driver === null);
    assert.equal(ready(mine)?.idle, false);
  });

  test('a job whose window closed is found by the next one', async () => {
    const mine = open();
    await mine.ask(probe);
    await mine.close();
    const next = open();
    await eventually('the report', () => state(ready(next)) === 'absent');
    const detail = await next.ask({ kind: 'site', site: 'here' });
    assert.ok('history' in detail);
    assert.deepEqual(
      detail.history.map(job => [job.verb, job.state]),
      [['probe', 'done']],
    );
  });

  test('a job that waits is cancelled', async () => {
    write(', maintenance: [{from: "2020-01-01T00:00Z", to: "2099-01-01T00:00Z"}]');
    const desk = open();
    await desk.ask(probe);
    await eventually('the job', () => ready(desk)?.open === 1);
    await desk.ask({ kind: 'cancel', sites: ['here'], jobs: [] });
    await eventually('its end', () => ready(desk)?.open === 0);
  });

  test('a file that breaks is told with its faults, one that is mended is shown again', async () => {
    const desk = open();
    await eventually('the sites', () => ready(desk) !== undefined);
    writeFileSync(join(directory, 'sites.yaml'), 'vo: [');
    await eventually('the faults', () => last(desk)?.kind === 'broken');
    const answer = await desk.ask(probe);
    assert.ok('fault' in answer && /faults/.test(answer.fault));
    rmSync(join(directory, 'sites.yaml'));
    await eventually('its absence', () => last(desk)?.kind === 'unreadable');
    write('');
    await eventually('the sites', () => ready(desk) !== undefined);
  });

  test('a state that cannot be used is told, and used as soon as it can be', async () => {
    writeFileSync(join(directory, 'state'), 'in the way');
    const desk = open();
    await eventually('the fault', () => last(desk)?.kind === 'failed');
    rmSync(join(directory, 'state'));
    await desk.ask({ kind: 'refresh' });
    await eventually('the sites', () => ready(desk) !== undefined);
  });

  test('what makes no sense is answered with a sentence, and changes nothing', async () => {
    const desk = open();
    const faults = [
      await desk.ask({ ...probe, sites: ['nowhere'] }),
      await desk.ask({ ...probe, verb: 'install', packages: ['a b'] }),
      await desk.ask({ kind: 'site', site: 'nowhere' }),
    ];
    for (const answer of faults)
      assert.ok('fault' in answer && answer.fault.endsWith('.'), JSON.stringify(answer));
    await eventually('the sites', () => ready(desk)?.open === 0);
  });

  test('the report is the page of the command line, and the log tells all about a job', async () => {
    const desk = open();
    await desk.ask(probe);
    await eventually('the report', () => state(ready(desk)) === 'absent');
    const page = await desk.ask({ kind: 'report', format: 'html' });
    assert.ok('text' in page && page.text.startsWith('<!DOCTYPE html>'));
    const json = await desk.ask({ kind: 'report', format: 'json' });
    assert.equal('text' in json && JSON.parse(json.text).sites[0].state, 'absent');
    const log = await desk.ask({ kind: 'log', site: 'here' });
    assert.match('text' in log ? log.text : '', /^here: probe, job [0-9a-f]{32}\n.* done .*report: ok/s);
  });

  test('the report tells what changed between two probes of all sites', async () => {
    const desk = open();
    for (const [run, said] of [/no run before/i, /absent/].entries()) {
      await desk.ask(probe);
      await eventually('the end of the run', async () => {
        const detail = await desk.ask({ kind: 'site', site: 'here' });
        return 'history' in detail && detail.history.length === run + 1 && ready(desk)?.open === 0;
      });
      const page = await desk.ask({ kind: 'report', format: 'html' });
      assert.match('text' in page ? page.text : '', said);
    }
    const page = await desk.ask({ kind: 'report', format: 'html' });
    assert.doesNotMatch('text' in page ? page.text : '', /no run before/i);
  });

  test('what repositories offer is merged; sites without one are left out, with the reason', async () => {
    const repository = join(directory, 'packages');
    mkdirSync(repository);
    const summary = (name: string, version: string) =>
      `PKGNAME=${name}-${version}\nCOMMENT=The ${name}\nFILE_NAME=${name}-${version}.tgz\nPKGPATH=vo/${name}\nBUILD_DATE=x\nCATEGORIES=vo\nMACHINE_ARCH=x\nOPSYS=x\nOS_VERSION=x\nPKGTOOLS_VERSION=x\nSIZE_PKG=1\n\n`;
    writeFileSync(
      join(repository, 'pkg_summary'),
      summary('greet', '1.0') + summary('greet', '1.10') + summary('abc', '2'),
    );
    write(`, repository: ${repository}}\n  - {name: bare, area: ${directory}/area`);
    const desk = open();
    const offers = await desk.ask({ kind: 'packages', sites: ['here', 'bare'] });
    assert.ok('packages' in offers, JSON.stringify(offers));
    assert.deepEqual(
      offers.packages.map(({ pkgname, newest, sites }) => [pkgname, newest, sites]),
      [
        ['abc-2', true, ['here']],
        ['greet-1.10', true, ['here']],
        ['greet-1.0', false, ['here']],
      ],
    );
    assert.deepEqual(
      offers.without.map(({ site }) => site),
      ['bare'],
    );
  });
});
