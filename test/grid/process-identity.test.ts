import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { isDead, type ProcessIdentity, processIdentity } from '../../client/src/grid/process-identity.ts';

suite('whether another process has ended', () => {
  const me = processIdentity(hostname(), process.pid);
  const linux = { host: 'a', boot: 'b1', space: 's1', pid: process.pid, start: '5' };
  const cases: readonly (readonly [
    name: string,
    other: ProcessIdentity,
    asker: ProcessIdentity,
    dead: boolean,
  ])[] = [
    ['this one has not', me, me, false],
    ['one of another host may live', { ...linux, host: 'c', boot: 'b2' }, linux, false],
    ['one from before a restart of this host has', { ...linux, boot: 'b2' }, linux, true],
    [
      'a number that another process has got now means the first has ended',
      { ...linux, start: '4' },
      linux,
      true,
    ],
    ['in another space of numbers one knows nothing', { ...linux, space: 's2', pid: 1 << 30 }, linux, false],
    ['a number that nobody has is certain', { ...linux, pid: 1 << 30 }, linux, true],
    [
      'without times of start a number that is in use proves nothing',
      { host: 'a', pid: process.pid },
      { host: 'a', pid: 1 },
      false,
    ],
    [
      'without times of start a number that nobody has is certain',
      { host: 'a', pid: 1 << 30 },
      { host: 'a', pid: 1 },
      true,
    ],
    ['without boots, another host proves nothing', { host: 'c', pid: 1 << 30 }, { host: 'a', pid: 1 }, false],
    [
      'the host name does not matter within one boot',
      { ...linux, host: 'renamed', pid: 1 << 30 },
      linux,
      true,
    ],
  ];
  for (const [name, other, asker, dead] of cases) test(name, () => assert.equal(isDead(other, asker), dead));

  test('a killed one has, also while nobody has asked for its end', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
    await once(child, 'spawn');
    const other = processIdentity(hostname(), child.pid!);
    assert.equal(isDead(other, me), false);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.equal(isDead(other, me), true);
  });
});
