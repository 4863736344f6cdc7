import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { check } from '../../server/src/core/check.ts';
import type { Manifest } from '../../server/src/core/model.ts';
import { PayloadScan } from '../../server/src/io/payload-scan.ts';
import { openTree } from '../../server/src/io/world.ts';
import { Session } from '../../server/src/session.ts';

const { signal } = new AbortController();

/** More than what makes threads worth it. */
const FILES = 2200;

suite('threads that look at payload', () => {
  let root: string;

  suiteSetup(() => {
    root = mkdtempSync(join(tmpdir(), 'packwright-scan-'));
    const lines = ['set name=pkg.fmri value=pkg:/app/one@1.0'];
    mkdirSync(join(root, 'proto/usr/lib/python3.12/many'), { recursive: true });
    for (let at = 0; at < FILES; at++) {
      const path = `usr/lib/python3.12/many/m${at}.py`;
      writeFileSync(
        join(root, 'proto', path),
        `#!/usr/bin/python3.12\nimport os, json\nimport m${at % 7}x\n`,
      );
      lines.push(`file path=${path} owner=root group=bin mode=0555`);
    }
    writeFileSync(join(root, 'packwright.yaml'), 'proto: [proto]\nclosed: true\n');
    writeFileSync(join(root, 'app.p5m'), `${lines.join('\n')}\n`);
  });
  suiteTeardown(() => rmSync(root, { recursive: true, force: true }));

  /** What is found in the manifest, as text; with programs of threads in a directory. */
  const found = async (programs: string | undefined, ahead: boolean): Promise<string> => {
    const tree = openTree(root, { buffers: { get: () => undefined }, programs });
    try {
      const path = join(root, 'app.p5m');
      await tree.prepare(signal);
      if (ahead) await tree.lookAhead([path], signal);
      const findings = await check((await tree.manifest(path)) as Manifest, tree.world(path), signal);
      return JSON.stringify(findings);
    } finally {
      tree.dispose();
    }
  };

  test('find what one thread finds, whether ahead or when it is needed', async () => {
    const alone = await found(undefined, false);
    assert.match(alone, /needs .*os/);
    assert.equal(await found(resolve('out'), false), alone);
    assert.equal(await found(resolve('out'), true), alone);
  }).timeout(30_000);

  test('look ahead from the last manifest on while the first are checked, and change no finding', async () => {
    const checkAll = async (programs: string | undefined) => {
      const session = new Session({
        findRoot: async () => root,
        openTree: (directory, buffers) => openTree(directory, { buffers, programs }),
      });
      session.setFolders([root]);
      try {
        const { checked } = await session.checkAll([join(root, 'app.p5m'), join(root, 'late.p5m')], signal);
        return JSON.stringify(checked.map(({ path, findings }) => [path, findings]));
      } finally {
        session.dispose();
      }
    };
    const late = ['set name=pkg.fmri value=pkg:/app/late@1.0'];
    for (let at = 0; at < 300; at++)
      late.push(
        `file usr/lib/python3.12/many/m${at}.py path=opt/late/m${at}.py owner=root group=bin mode=0555`,
      );
    writeFileSync(join(root, 'late.p5m'), `${late.join('\n')}\n`);
    try {
      const alone = await checkAll(undefined);
      assert.match(alone, /late.*needs .*os/);
      assert.equal(await checkAll(resolve('out')), alone);
    } finally {
      rmSync(join(root, 'late.p5m'));
    }
  }).timeout(30_000);

  test('answer every file that they are given', async () => {
    const tree = openTree(root, { buffers: { get: () => undefined }, programs: undefined });
    const { files } = (await tree.manifest(join(root, 'app.p5m'))) as Manifest;
    const { payloads, catchers, memory } = tree.world(join(root, 'app.p5m'));
    const scan = new PayloadScan(resolve('out'));
    scan.configure(tree.settings, catchers, memory);
    await scan.scan([{ files, payloads }], signal);
    const known = files.filter(file => {
      const place = payloads.find(file.payload);
      return place && !('code' in place) && memory.find(file, place, 0o555);
    });
    assert.equal(known.length, FILES);
    scan.dispose();
    tree.dispose();
  }).timeout(30_000);

  test('give each file its own answer when they are asked twice at once', async () => {
    const tree = openTree(root, { buffers: { get: () => undefined }, programs: undefined });
    const { files } = (await tree.manifest(join(root, 'app.p5m'))) as Manifest;
    const { payloads, catchers, memory } = tree.world(join(root, 'app.p5m'));
    const scan = new PayloadScan(resolve('out'));
    scan.configure(tree.settings, catchers, memory);
    const orders = [files, files.toReversed()];
    await Promise.all(orders.map(order => scan.scan([{ files: order, payloads }], signal)));
    for (const file of files) {
      const place = payloads.find(file.payload);
      const caught = place && !('code' in place) ? memory.find(file, place, 0o555) : undefined;
      const needs = caught?.dependencies.filter(need => need.catcher === 'python') ?? [];
      assert.equal(needs.length, 3);
      for (const need of needs) {
        assert.equal(need.neededBy, file.path);
        assert.ok(need.anyOf.some(path => path.endsWith(`/${need.what}.py`)));
      }
    }
    scan.dispose();
    tree.dispose();
  }).timeout(30_000);

  test('are not started once nobody waits: the files are not even looked for', async () => {
    const tree = openTree(root, { buffers: { get: () => undefined }, programs: undefined });
    const { files } = (await tree.manifest(join(root, 'app.p5m'))) as Manifest;
    const { payloads, catchers, memory } = tree.world(join(root, 'app.p5m'));
    const scan = new PayloadScan(resolve('out'));
    scan.configure(tree.settings, catchers, memory);
    const leaving = new AbortController();
    let looks = 0;
    const find = (name: string) => {
      if (++looks === 10) leaving.abort();
      return payloads.find(name);
    };
    const { built, areas } = payloads;
    await assert.rejects(scan.scan([{ files, payloads: { built, areas, find } }], leaving.signal), {
      name: 'AbortError',
    });
    assert.equal(looks, 10);
    scan.dispose();
    tree.dispose();
  });

  test('that fail leave their files to the main thread', async () => {
    const programs = mkdtempSync(join(tmpdir(), 'packwright-programs-'));
    try {
      writeFileSync(join(programs, 'scan-worker.cjs'), 'throw new Error("no thread");');
      assert.equal(await found(programs, false), await found(undefined, false));
    } finally {
      rmSync(programs, { recursive: true, force: true });
    }
  }).timeout(30_000);
});
