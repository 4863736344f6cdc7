import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { gather } from '../../server/src/core/universe.ts';
import { isFault } from '../../server/src/io/input-fault.ts';
import { openTree } from '../../server/src/io/world.ts';
import { ScratchTree } from '../support/scratch-tree.ts';

const DATA = join(process.cwd(), 'test/data/ips-repository');
const signal = new AbortController().signal;

suite('publishers are searched in order', () => {
  let scratch: ScratchTree;
  setup(() => {
    scratch = new ScratchTree(
      '-- app.p5m --\nset name=pkg.fmri value=pkg:/app@1.0\ndepend fmri=app/editor type=require\n',
    );
    // A repository of one publisher: the other one of the sample.
    cpSync(join(DATA, 'repository/publisher/beta-lab'), scratch.path('beta'), { recursive: true });
    scratch.write('beta/cfg_cache', '[publisher]\nprefix = beta-lab\n[repository]\nversion = 3\n');
  });
  teardown(() => scratch.remove());

  /** Publisher, version and repository of the editor that would be installed. */
  async function chosen(settings: string): Promise<string> {
    scratch.write('packwright.yaml', settings);
    const tree = openTree(scratch.root, { buffers: new Map(), cachePath: scratch.path('cache') });
    const manifest = await tree.manifest(scratch.path('app.p5m'));
    assert.ok(!isFault(manifest));
    const world = tree.world(scratch.path('app.p5m'));
    const universe = await gather(manifest, { lists: [], explicit: new Set(), provides: [] }, world, signal);
    const { publisher, version } = universe.chosen('app/editor')?.id ?? {};
    tree.dispose();
    return `${publisher} ${version?.replace(/,.*/, '')} of ${universe.repositoryOf('app/editor')}`;
  }

  const both = `repositories: [{ uri: ${DATA}/image }, { uri: ./beta }, { uri: ${DATA}/repository }]\n`;

  test('the one of the first repository has the name, with its versions everywhere', async () => {
    assert.equal(await chosen(both), `alpha.example 3.0 of ${DATA}/image`);
    const reversed = `repositories: [{ uri: ./beta }, { uri: ${DATA}/repository }]\n`;
    assert.equal(await chosen(reversed), 'beta-lab 9.0 of ./beta');
  }).timeout(20_000);

  test('the settings name others that come before', async () => {
    assert.equal(
      await chosen(`${both}publishers: [nobody, beta-lab, alpha.example]\n`),
      'beta-lab 9.0 of ./beta',
    );
    assert.equal(await chosen(`${both}publishers: [alpha.example]\n`), `alpha.example 3.0 of ${DATA}/image`);
  }).timeout(20_000);

  test('the publisher that comes first has the name even when incorporations exclude its versions', async () => {
    const excluded = `${both}publishers: [beta-lab]\nincorporation: [entire@2026.1]\n`;
    assert.equal(await chosen(excluded), 'undefined undefined of ./beta');
  }).timeout(20_000);
});
