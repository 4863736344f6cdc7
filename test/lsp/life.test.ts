import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ServerProcess, startServer } from '../support/lsp-client.ts';

suite('lsp: the built server ends with its client', () => {
  let server: ServerProcess;
  setup(() => {
    server = startServer();
  });
  teardown(() => server.child.kill('SIGKILL'));

  test('with 0 after shutdown and exit', async () => {
    await server.client.initialize({});
    await server.client.request('shutdown', undefined);
    server.client.notify('exit', undefined);
    assert.equal(await server.ended, 0);
  });

  test('with 1 after exit alone', async () => {
    await server.client.initialize({});
    server.client.notify('exit', undefined);
    assert.equal(await server.ended, 1);
  });

  test('when its standard input ends', async () => {
    await server.client.initialize({});
    server.child.stdin?.end();
    assert.equal(await server.ended, 1);
  });

  test('when it was never initialized', async () => {
    server.child.stdin?.end();
    assert.equal(await server.ended, 1);
  });

  test("when the client's process is gone, though its input stays open", async () => {
    const parent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await server.client.initialize({ processId: parent.pid ?? 0 });
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    assert.equal(await server.ended, 1);
  }).timeout(10_000);

  test('refuses what comes before initialize, and answers what it does not know', async () => {
    const early = server.client.request('textDocument/hover', {});
    await assert.rejects(early, { code: -32002 });
    await server.client.initialize({});
    await assert.rejects(server.client.request('textDocument/rename', {}), { code: -32601 });
  });
});
