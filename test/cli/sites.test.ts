import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { builtPackwright, packwright, type Said } from './command-line.ts';

/** A directory with a sites file and an empty area for each of its sites. */
interface Vo {
  readonly directory: string;
  run(...argv: readonly string[]): Promise<Said>;
  /** Writes the sites file anew. */
  sites(text: string): void;
  area(name: string): string;
}

const made: string[] = [];

/** One site, `here`, with an empty area. */
function vo(): Vo {
  const directory = mkdtempSync(join(tmpdir(), 'packwright-sites-'));
  made.push(directory);
  const area = (name: string) => {
    const path = join(directory, `area-${name}`);
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o2775);
    return path;
  };
  const sites = (text: string) =>
    writeFileSync(
      join(directory, 'sites.yaml'),
      `vo: test\nlimits: {pollFirst: 1s}\ndefaults: {backend: local, spool: ${join(directory, 'spool')}, wall: 5m}\n${text}`,
    );
  sites(`sites:\n  - {name: here, area: ${area('here')}}\n`);
  const run = (...argv: readonly string[]) =>
    packwright(['sites', ...argv, '--state', join(directory, 'state')], directory);
  return { directory, run, sites, area };
}

suite('packwright sites', function () {
  this.timeout(60_000);

  suiteTeardown(() => {
    for (const directory of made) rmSync(directory, { recursive: true, force: true });
  });

  test('a site without pkgsrc is absent after a probe, which changes nothing there', async () => {
    const { run, area } = vo();
    const { code, out, err } = await run('status');
    assert.equal(err, '');
    assert.match(out, /^here +absent .*pkgsrc is not installed in .*: the next install brings it$/m);
    assert.equal(code, 1);
    assert.deepEqual(readdirSync(area('here')), []);
  });

  test('the JSON is as its schema says, and --output writes it in one step', async () => {
    const { run, directory } = vo();
    const { out } = await run('status', '--format', 'json', '--output', 'report.json');
    assert.equal(out, '');
    const schema = JSON.parse(readFileSync('docs/sites-status.schema.json', 'utf8'));
    const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(schema);
    const report = JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8'));
    const state = report.sites[0].job.state;
    assert.ok(validate(report), JSON.stringify(validate.errors, undefined, 1));
    assert.equal(state, 'done');
    assert.deepEqual(
      readdirSync(directory).filter(name => name.endsWith('.tmp')),
      [],
    );
  });

  test('--cached asks nobody: a site that was never probed is missing', async () => {
    const { run, directory } = vo();
    const { code, out } = await run('status', '--cached');
    assert.match(out, /^here +missing /m);
    assert.equal(code, 1);
    assert.equal(existsSync(join(directory, 'spool')), false);
  });

  test('without --wait a job is sent and left alone; the list tells that nobody moves it on', async () => {
    const { run } = vo();
    const sent = await run('probe');
    assert.equal(sent.code, 0);
    assert.match(sent.out, /^here +probe +(waiting|running) +\S+ +[0-9a-f]{8}$/m);
    assert.match((await run('list')).out, /1 job waits or runs, and nothing is running that moves it on/);
    const status = await run('status');
    assert.match(status.out, /^here +absent/m);
    assert.equal(
      JSON.parse((await run('log', '--format', 'json')).out).jobs.length,
      1,
      'the probe was joined',
    );
  });

  test('the log tells the history of a job by the beginning of its id', async () => {
    const { run } = vo();
    await run('status');
    const list = await run('log', 'here');
    const [, id] = /^\S+ \S+ +here +([0-9a-f]{8}) +probe +done/m.exec(list.out) ?? [];
    assert.ok(id, list.out);
    const { out } = await run('log', id);
    assert.match(out, new RegExp(`^here: probe, job ${id}`));
    assert.match(out, /queued .*\n.*submitting .*\n.*waiting/);
    assert.match(out, /^report: ok/m);
    const { nonce, ...job } = JSON.parse((await run('log', id, '--format', 'json')).out).jobs[0].job;
    assert.equal(nonce, undefined, 'the nonce is a secret while the job runs');
    assert.equal(job.state, 'done');
  });

  test('--print-job prints a script that can be run by hand, and sends nothing', async () => {
    const { run, directory } = vo();
    const { code, out } = await run('probe', '--print-job');
    assert.equal(code, 0);
    assert.match(out, /^#!\/bin\/sh\n/);
    assert.match(out, /\nverb probe\n/);
    assert.equal(existsSync(join(directory, 'spool')), false);
    assert.match((await run('log')).out, /Nothing was asked/);
  });

  test('a site that is described badly is refused with its line, and the others are asked all the same', async () => {
    const { run, sites, area } = vo();
    sites(
      `sites:\n  - {name: here, area: ${area('here')}}\n  - {name: bad, area: /x, host: -oProxyCommand=x}\n`,
    );
    const { code, out, err } = await run('status');
    assert.equal(code, 1);
    assert.match(err, /^packwright: sites\.yaml:6:\d+: /);
    assert.match(out, /^bad +refused .*line 6/m);
    assert.match(out, /^here +absent/m);
  });

  const wrong: readonly [name: string, argv: readonly string[], said: RegExp][] = [
    ['a sites file that is not there', ['status', '--sites', 'nowhere.yaml'], /nowhere\.yaml does not exist/],
    ['a site that is not there', ['probe', '--site', 'nroth'], /no site is called nroth; there are: here/],
    ['a tag that nobody has', ['probe', '--tag', 'x'], /no site has the tag x/],
    ['a pattern that is none', ['install', 'a b'], /a b is no package pattern/],
    ['a duration that is none', ['status', '--wait=soon'], /Write a duration such as 90s/],
    ['no jobs to cancel', ['cancel'], /say which jobs/],
    ['an unknown job', ['log', 'abcdef'], /neither a site nor the id of a job/],
    ['unlock without a person', ['unlock', 'here'], /add --yes when it certainly is/],
    ['an install of nothing', ['install'], /nothing is to be done/],
  ];
  for (const [name, argv, said] of wrong) {
    test(`${name} cannot work`, async () => {
      const { run } = vo();
      const { code, err } = await run(...argv);
      assert.equal(code, 2);
      assert.match(err, said);
      assert.doesNotMatch(err, /\n {4}at /);
    });
  }

  test('--wait takes no package for a duration', async () => {
    const { run } = vo();
    const { code, err, out } = await run('install', '--wait', 'greet', '--dry-run');
    assert.match(`${out}${err}`, /repository/);
    assert.equal(code, 1);
  });

  test('a job that waits for its turn is cancelled before it was sent', async () => {
    const { run, sites, area } = vo();
    sites(
      `sites:\n  - {name: here, area: ${area('here')}, maintenance: [{from: "2020-01-01T00:00Z", to: "2099-01-01T00:00Z", reason: cooling}]}\n`,
    );
    const status = await run('status');
    assert.match(status.out, /^here +maintenance .*cooling until 2099-01-01/m);
    assert.equal(status.code, 0);
    const { out, code } = await run('cancel', '--site', 'here');
    assert.match(out, /^here +probe +[0-9a-f]{8} +cancelled/);
    assert.equal(code, 0);
  });

  test('the built program does the same from a crontab: no terminal, nothing on standard error', () => {
    const { directory } = vo();
    const said = builtPackwright(['sites', 'status', '--state', 'state'], directory, { HOME: directory });
    assert.equal(said.err, '');
    assert.match(said.out, /^test: 1 site: 1 absent/);
    assert.equal(said.code, 1);
  });
});
