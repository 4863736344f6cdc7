import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');

/** Loaded before the program: writes down every process that is started and every socket that is opened. */
const spy = `
const { subscribe } = require('node:diagnostics_channel');
const { appendFileSync } = require('node:fs');
for (const channel of ['child_process', 'net.client.socket', 'net.server.socket', 'udp.socket'])
  subscribe(channel, () => appendFileSync(process.env.SPY_LOG, channel + '\\n'));
`;

suite('nothing scanned is executed', () => {
  let directory = '';
  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'packwright-spy-'));
    writeFileSync(join(directory, 'spy.cjs'), spy);
    writeFileSync(join(directory, 'log'), '');
  });
  teardown(() => rmSync(directory, { recursive: true, force: true }));

  /** What the spy saw while Node ran these arguments. */
  function seen(...args: readonly string[]): string {
    const env = { ...process.env, SPY_LOG: join(directory, 'log'), XDG_CACHE_HOME: join(directory, 'cache') };
    spawnSync(process.execPath, ['--require', join(directory, 'spy.cjs'), ...args], { cwd: root, env });
    return readFileSync(join(directory, 'log'), 'utf8');
  }

  test('a check starts no process and opens no socket', () => {
    assert.equal(seen('out/cli.cjs', 'check', 'examples/greetings'), '');
  });

  test('the spy sees a process and a socket where there are some', () => {
    const both =
      "require('node:child_process').spawn('true'); require('node:net').connect(1, '127.0.0.1').on('error', () => {});";
    assert.deepEqual(
      new Set(seen('-e', both).trim().split('\n')),
      new Set(['child_process', 'net.client.socket']),
    );
  });
});
