import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { Tree } from '../../server/src/core/tree.ts';
import { openTree } from '../../server/src/io/world.ts';
import { ScratchTree } from '../support/scratch-tree.ts';
import { zip } from '../support/zip.ts';

const { signal } = new AbortController();

const manifest = (name: string) =>
  `<service_bundle type="manifest" name="x"><service name="${name}" type="service" version="1">
<create_default_instance enabled="true"/></service></service_bundle>\n`;

suite('services of the workspace', () => {
  let scratch: ScratchTree;
  let tree: Tree;
  const buffers = new Map<string, { text: string; version: number }>();

  setup(async () => {
    buffers.clear();
    scratch = new ScratchTree(`
-- tree/a.p5m --
set name=pkg.fmri value=pkg:/a@1.0
set name=org.opensolaris.smf.fmri value=svc:/network/told:default
file payload/told path=lib/svc/manifest/network/told.xml mode=0444
file payload/found path=lib/svc/manifest/network/found.xml mode=0444 variant.arch=i386
-- tree/b.p5m --
set name=pkg.fmri value=pkg:/b@1.0
file payload/found path=usr/share/doc/found.xml mode=0444
file payload/broken path=lib/svc/manifest/network/broken.xml mode=0444
file payload/absent path=lib/svc/manifest/network/absent.xml mode=0444
-- tree/proto/payload/told --
${manifest('network/told')}
-- tree/proto/payload/found --
${manifest('network/found')}
-- tree/proto/payload/broken --
<service_bundle
`);
    tree = openTree(scratch.path('tree'), { buffers, cachePath: scratch.path('cache') });
    await tree.prepare(signal);
  });
  teardown(() => {
    tree.dispose();
    scratch.remove();
  });

  /** `NAME: PACKAGE:LINE VARIANTS` of everyone who delivers these. */
  const deliverers = async (...names: readonly string[]) => {
    const [workspace] = tree.world(scratch.path('tree/a.p5m')).repositories;
    const found = await workspace!.deliveries(new Set(names), signal);
    return found.map(({ path, package: by, origin, variants }) => {
      const tags = [...(variants ?? [])].map(([key, values]) => ` ${key}=${[...values]}`);
      return `${path}: ${by.name}:${origin?.line}${tags.join('')}`;
    });
  };

  test('are those of the service manifests in it, under the tags of their files', async () => {
    assert.deepEqual(await deliverers('smf:network/found', 'smf:network/found:default', 'smf:network/no'), [
      'smf:network/found: a:3 arch=i386',
      'smf:network/found:default: a:3 arch=i386',
    ]);
  });

  test('are told once where the package says so too', async () => {
    assert.deepEqual(await deliverers('smf:network/told', 'smf:network/told:default'), [
      'smf:network/told: a:1',
      'smf:network/told:default: a:1',
    ]);
  });

  test('go with the package', async () => {
    scratch.write('tree/a.p5m', 'set name=pkg.fmri value=pkg:/a@1.0\n');
    assert.deepEqual(await deliverers('smf:network/found'), ['smf:network/found: a:3 arch=i386']);
    await tree.invalidate([scratch.path('tree/a.p5m')]);
    assert.deepEqual(await deliverers('smf:network/found'), []);
  });

  test('change with the file and with what an editor has of it', async () => {
    const place = scratch.path('tree/proto/payload/found');
    assert.deepEqual(await deliverers('smf:network/new'), []);
    scratch.write('tree/proto/payload/found', manifest('network/new'));
    await tree.invalidate([place]);
    assert.deepEqual(await deliverers('smf:network/found', 'smf:network/new'), [
      'smf:network/new: a:3 arch=i386',
    ]);
    buffers.set(place, { text: manifest('network/edited'), version: 1 });
    await tree.invalidate([place]);
    assert.deepEqual(await deliverers('smf:network/new', 'smf:network/edited'), [
      'smf:network/edited: a:3 arch=i386',
    ]);
  });
});

suite('classes of the workspace', () => {
  test('are those of the jars in it, as they are now, and not those of archives in them', async () => {
    const scratch = new ScratchTree(`
-- tree/a.p5m --
set name=pkg.fmri value=pkg:/a@1.0
file opt/a/a-1.0.jar path=opt/a/a-1.0.jar mode=0444 variant.arch=i386
file opt/a/absent.jar path=opt/a/absent.jar mode=0444
file opt/a/broken.jar path=opt/a/broken.jar mode=0444
-- tree/proto/opt/a/broken.jar --
none
`);
    const jar = (...names: readonly string[]) => zip(names.map(name => ({ name, data: 'x' })));
    const place = scratch.path('tree/proto/opt/a/a-1.0.jar');
    writeFileSync(
      place,
      jar('org/a/One.class', 'META-INF/versions/9/org/a/New.class', 'lib/inner.jar', 'x.txt'),
    );
    const tree = openTree(scratch.path('tree'), { buffers: new Map(), cachePath: scratch.path('cache') });
    try {
      await tree.prepare(signal);
      const delivered = async () => {
        const [workspace] = tree.world(scratch.path('tree/a.p5m')).repositories;
        const names = ['java:org/a/One', 'java:org/a/Two', 'java:org/a/New', 'java:module:a', 'java:x.txt'];
        const found = await workspace!.deliveries(new Set(names), signal);
        return found.map(({ path, variants }) => `${path} ${[...(variants?.get('arch') ?? [])]}`);
      };
      assert.deepEqual(await delivered(), ['java:org/a/One i386', 'java:module:a i386']);
      writeFileSync(place, jar('org/a/Two.class', 'org/a/Third.class'));
      await tree.invalidate([place]);
      assert.deepEqual(await delivered(), ['java:org/a/Two i386', 'java:module:a i386']);
    } finally {
      tree.dispose();
      scratch.remove();
    }
  });
});
