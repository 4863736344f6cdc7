import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020';
import { enqueue, job, keepSnapshot } from '../../client/src/grid/store.ts';
import { elect, resign } from '../../client/src/grid/store-driver.ts';
import type { StatusReport } from '../../client/src/report/status-report.ts';
import { htmlReport } from '../../client/src/sites/html-report.ts';
import { openSitesFile, type SitesPlace } from '../../client/src/sites/sites-place.ts';
import { elementsOf, parsedPage } from '../support/parsed-page.ts';
import { eventually } from '../support/processes.ts';
import { ServedVo } from '../support/service.ts';

suite('the service of sites', function () {
  this.timeout(60_000);
  let vo: ServedVo;

  setup(() => {
    vo = new ServedVo();
  });
  teardown(() => vo.dispose());

  function place(): SitesPlace {
    const opening = openSitesFile(vo.sitesFile);
    assert.ok(opening.kind === 'place');
    return opening.place;
  }

  /** A cron expression that was due this minute, and what makes a service think that it missed that. */
  async function missed(): Promise<string> {
    const now = new Date();
    const { store } = await vo.state();
    const long = { beganAt: now.getTime() - 7_200_000, counts: { ok: 1 } };
    await keepSnapshot(store, 'test', { ...long, report: '{}', beside: '{}' });
    return `${now.getUTCMinutes()} ${now.getUTCHours()} * * *`;
  }

  test('probes at the start when it is told to; every document tells of it', async () => {
    const served = await vo.serve({ onceAtStart: true });
    const [run] = await served.runs(1);
    assert.deepEqual(run?.counts, { absent: 1 });
    assert.match((await served.get('/status.txt')).text, /^here +absent /m);
    const page = parsedPage((await served.get('/')).text);
    assert.deepEqual(page.errors, []);
    assert.equal(elementsOf(page, 'h1')[0]?.text, 'test: 1 of 1 site needs attention');
    const site = parsedPage((await served.get('/sites/here')).text);
    assert.deepEqual(site.errors, []);
    assert.equal(elementsOf(site, 'h1')[0]?.text, 'here: absent');
    assert.match(elementsOf(site, 'tbody')[0]?.text ?? '', /probedone/);
    const runs = parsedPage((await served.get('/runs')).text);
    assert.deepEqual(runs.errors, []);
    assert.match(elementsOf(runs, 'tbody')[0]?.text ?? '', /1 absent/);
    const links = elementsOf(runs, 'a').map(({ attributes }) => attributes.href);
    assert.ok(links.includes(`./runs/${run?.at}`), links.join());
    const jobs = await served.json<{ jobs: readonly { state: string }[] }>('/sites/here/jobs.json');
    assert.deepEqual(
      jobs.jobs.map(({ state }) => state),
      ['done'],
    );
    assert.ok(served.said.some(({ kind, text }) => kind === 'run' && /: 1 site, 1 bad; took/.test(text)));
  });

  test('the page is byte by byte the one of the report, and a run’s page the one of its end', async () => {
    const served = await vo.serve({ onceAtStart: true });
    const [run] = await served.runs(1);
    const { store } = await vo.state();
    const report = await served.json<StatusReport>('/status.json');
    assert.equal((await served.get('/')).text, await htmlReport(report, place(), store));
    const kept = await served.json<StatusReport>(`/runs/${run?.at}.json`);
    assert.equal((await served.get(`/runs/${run?.at}`)).text, await htmlReport(kept, place(), store));
  });

  test('every report is as the schema of the JSON says', async () => {
    const served = await vo.serve({ onceAtStart: true });
    const [run] = await served.runs(1);
    const schema = JSON.parse(readFileSync('docs/sites-status.schema.json', 'utf8'));
    const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(schema);
    for (const path of ['/status.json', '/sites/here.json', `/runs/${run?.at}.json`])
      assert.ok(validate(await served.json(path)), `${path}: ${JSON.stringify(validate.errors)}`);
  });

  test('the report of one site has nothing of the others', async () => {
    vo.sites(
      `sites:\n  - {name: here, area: ${vo.area}}\n  - {name: there, area: /nowhere}\n  - {name: 7, x: y}\n`,
    );
    const served = await vo.serve();
    const { sites, faults } = await served.json<StatusReport>('/sites/there.json');
    assert.deepEqual(
      sites.map(({ name }) => name),
      ['there'],
    );
    assert.deepEqual(faults, []);
    assert.doesNotMatch((await served.get('/sites/there')).text, /\bhere\b(?!")/);
  });

  test('a page keeps its tag until it says something else, whatever else goes on', async () => {
    const served = await vo.serve();
    const tag = async () => (await served.get('/')).headers.etag;
    const before = await tag();
    const { store, me } = await vo.state();
    await elect(store, { token: 'x', process: me }, 60_000, () => false);
    await resign(store, 'x');
    assert.equal(await tag(), before);
    const [site] = place().file.sites;
    const request = { verb: 'probe', packages: [], dryRun: false } as const;
    await enqueue(store, [{ site: site!, request }], 'anna');
    await eventually('another tag', async () => (await tag()) !== before);
  });

  test('moves on jobs that others asked for', async () => {
    await vo.serve();
    const { store } = await vo.state();
    const [site] = place().file.sites;
    const request = { verb: 'probe', packages: [], dryRun: false } as const;
    const [asked] = await enqueue(store, [{ site: site!, request }], 'anna');
    await eventually(
      'the job to be done',
      async () => (await job(store, asked!.job.id))?.state === 'done',
      30_000,
    );
  });

  test('what it kept is there after a restart, and nothing is done twice', async () => {
    const first = await vo.serve({ onceAtStart: true });
    const runs = await first.runs(1);
    const before = await first.get(`/runs/${runs[0]?.at}`);
    await first.close();
    const second = await vo.serve();
    assert.deepEqual(await second.runs(1), runs);
    assert.deepEqual((await second.get(`/runs/${runs[0]?.at}`)).text, before.text);
    const health = await second.json<{ status: string; lastRun: { endedAt: string } }>('/healthz');
    assert.equal(health.lastRun.endedAt, runs[0]?.at);
    assert.equal(health.status, 'ok');
  });

  test('a run that was missed is made up for; of two services one does it', async () => {
    const cron = await missed();
    const services = [await vo.serve({ cron, zone: 'UTC' }), await vo.serve({ cron, zone: 'UTC' })];
    for (const served of services) await served.runs(2);
    const runs = await services[0]!.runs(2);
    assert.equal(runs.length, 2, 'that of before, and one');
    const said = services.flatMap(served => served.said);
    assert.equal(said.filter(({ kind }) => kind === 'run').length, 1);
    assert.equal(said.filter(({ text }) => /another process|has been probing/.test(text)).length, 1);
  });

  test('a sites file that breaks changes nothing but the health; once it is mended it counts', async () => {
    const served = await vo.serve();
    const health = () => served.json<{ sitesFile: string | null }>('/healthz');
    assert.equal((await health()).sitesFile, null);
    vo.sites('sites: [\n');
    assert.match((await health()).sitesFile ?? '', /sites\.yaml:\d+: .*: what it said before is used$/);
    assert.match((await served.get('/status.txt')).text, /^here /m);
    rmSync(vo.sitesFile);
    assert.match((await health()).sitesFile ?? '', /does not exist/);
    vo.sites(`sites:\n  - {name: there, area: ${vo.area}}\n`);
    assert.match((await served.get('/status.txt')).text, /^there /m);
    assert.equal((await served.get('/sites/here')).status, 404);
    assert.equal((await health()).sitesFile, null);
    assert.equal(served.said.filter(({ kind }) => kind === 'trouble').length, 2, 'each is said once');
  });

  test('what the sites file and the sites say stays text', async () => {
    const evil = '</title><script>alert(1)</script><img src=x onerror=alert(2)>\\u202e';
    const window = `{from: "2020-01-01T00:00Z", to: "2099-01-01T00:00Z", reason: "${evil}"}`;
    vo.sites(`sites:\n  - {name: here, area: ${vo.area}, maintenance: [${window}]}\n`);
    const { store } = await vo.state();
    const request = { verb: 'install', packages: [JSON.parse(`"${evil}"`)], dryRun: false } as const;
    await enqueue(store, [{ site: place().file.sites[0]!, request }], 'anna');
    const served = await vo.serve({ onceAtStart: true });
    const [run] = await served.runs(1);
    assert.match((await served.get('/sites/here')).text, /install &lt;\/title&gt;&lt;script&gt;/);
    for (const path of ['/', '/sites/here', '/runs', `/runs/${run?.at}`]) {
      const { text } = await served.get(path);
      const page = parsedPage(text);
      assert.deepEqual(page.errors, [], path);
      assert.deepEqual([...elementsOf(page, 'script'), ...elementsOf(page, 'img')], [], path);
      if (path !== '/runs') assert.match(text, /&lt;script&gt;alert\(1\)/, path);
    }
    assert.doesNotMatch((await served.get('/status.txt')).text, /[\u001b\u202e]/);
  });
});
