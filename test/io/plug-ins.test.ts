import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { check } from '../../server/src/core/check.ts';
import type { Finding, Manifest } from '../../server/src/core/model.ts';
import { openTree } from '../../server/src/io/world.ts';
import { inTree } from '../cli/package-tree.ts';

const { signal } = new AbortController();

/** The example of the manual. */
const EXAMPLE = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/plugins.md', 'utf8'))?.[1] ?? '';

const BROKEN: Readonly<Record<string, readonly [module: string, message: RegExp]>> = {
  throws: [catcher('throw new Error("no idea")'), /failed at usr\/share\/applications\/x\.desktop: no idea/],
  'loops for ever': [
    catcher('for (;;);'),
    /did not answer for usr\/share\/applications\/x\.desktop within 5 s/,
  ],
  'fills its memory': [
    catcher('const all = []; for (;;) all.push(new Array(1e5).fill({}));'),
    /ended: .*memory/,
  ],
  'fills its memory with buffers': [
    catcher('const all = []; for (;;) all.push(Buffer.alloc(1e6, 1));'),
    /took more than 128 MiB of memory, and was stopped/,
  ],
  'throws what steers a terminal': [
    catcher('throw new Error("one\\n two \\x1b[31m")'),
    /x\.desktop: one two \\x1b\[31m/,
  ],
  'throws what is no error': [catcher('throw Object.create(null)'), /no error/],
  'fails in its third line': [`\n\n${catcher('undefined.x')}`, /\(line 3\)$/],
  'sends messages of its own': [
    `import { parentPort } from 'node:worker_threads'; parentPort.postMessage(null); ${catcher('return {}')}`,
    /sent a message that is no answer/,
  ],
  'needs the root directory': [
    catcher('return { dependencies: [{ what: "x", anyOf: ["/"], confidence: "certain" }] }'),
    /names the root directory alone/,
  ],
  'ends its process': [catcher('process.exit(0)'), /ended by itself/],
  'answers a promise': [catcher('return Promise.resolve({})'), /must answer at once/],
  'answers nonsense': [catcher('return { dependencies: [{ what: 5 }] }'), /needs what and because/],
  'answers too much': [
    catcher('return { dependencies: Array.from({ length: 5000 }, () => ({ what: "x", anyOf: ["x"] })) }'),
    /more than 2000/,
  ],
  'has a name of ours': [catcher('return {}', 'elf'), /"elf" needs a name of its own/],
  'is no catcher': ['export default 5;', /its default export is no catcher/],
  'is no JavaScript': ['export default {', /cannot be loaded: .*node --check/],
};

suite('catchers of one’s own', () => {
  test('the example of the manual finds what a desktop file starts', () =>
    inTree(treeWith(EXAMPLE), async root => {
      const [finding] = (await findingsIn(root, true)).filter(one => one.catcher === 'desktop');
      assert.match(finding?.message ?? '', /^needs \/usr\/bin\/game, which app\/game delivers/);
      assert.equal(finding?.severity, 'warning');
      assert.deepEqual(finding?.payloadPlaces[0]?.range, { line: 2, column: 5, endLine: 2, endColumn: 18 });
    }));

  test('it is told what the settings tell all catchers', () =>
    inTree(
      `${treeWith(catcher('return { faults: [{ message: [...options.baseUsers].join() }] }'))}`
        .replace('inspect()', 'inspect(file, options)')
        .replace('proto: [proto]', 'proto: [proto]\nbase: { users: [oracle] }'),
      async root => {
        const [finding] = (await findingsIn(root, true)).filter(one => one.code === 'faulty');
        assert.match(finding?.message ?? '', /^root,.*,oracle$/);
      },
    ));

  test('nothing is loaded unless it is allowed', () =>
    inTree(treeWith('throw new Error("loaded");'), async root => {
      const findings = await findingsIn(root, false);
      assert.ok(!findings.some(one => one.code === 'plug-in'));
    }));

  test('a module outside the tree is refused', () =>
    inTree(treeWith(EXAMPLE, '../evil.mjs'), async root => {
      const [finding] = (await findingsIn(root, true)).filter(one => one.code === 'plug-in');
      assert.match(finding?.message ?? '', /lies outside the tree/);
    }));

  for (const [what, [module, message]] of Object.entries(BROKEN)) {
    test(`one that ${what} is reported, and stops nothing else`, () =>
      inTree(treeWith(module), async root => {
        const findings = await findingsIn(root, true);
        assert.match(findings.find(one => one.code === 'plug-in')?.message ?? '', message);
        assert.ok(findings.some(one => one.catcher === 'script'));
      })).timeout(20_000);
  }
});

function catcher(body: string, name = 'own'): string {
  return `export default { name: '${name}', doc: 'D.', claims: ({ path }) => path.endsWith('.desktop'), inspect() { ${body} } };`;
}

function treeWith(module: string, path = 'tools/own.mjs'): string {
  return `
-- packwright.yaml --
proto: [proto]
plugins: ['./${path}']
-- tools/own.mjs --
${module}
-- game.p5m --
set name=pkg.fmri value=pkg:/app/game@1.0
file path=usr/bin/game owner=root group=bin mode=0555
-- perl.p5m --
set name=pkg.fmri value=pkg:/runtime/perl@5.36
file path=usr/bin/perl owner=root group=bin mode=0555
-- app.p5m --
set name=pkg.fmri value=pkg:/app/one@1.0
file path=usr/bin/one owner=root group=bin mode=0555
file path=usr/share/applications/x.desktop owner=root group=bin mode=0444
-- proto/usr/bin/one (mode=0755) --
#!/usr/bin/perl
-- proto/usr/share/applications/x.desktop --
[Desktop Entry]
Name=Game
Exec=/usr/bin/game --full
-- proto/usr/bin/game (mode=0755) --
x
-- proto/usr/bin/perl (mode=0755) --
x
`;
}

async function findingsIn(root: string, plugInsAllowed: boolean): Promise<readonly Finding[]> {
  const buffers = { get: () => undefined };
  const tree = openTree(root, { buffers, plugInsAllowed, programs: resolve('out') });
  try {
    await tree.prepare(signal);
    const path = `${root}/app.p5m`;
    return await check((await tree.manifest(path)) as Manifest, tree.world(path), signal);
  } finally {
    tree.dispose();
  }
}
