import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packageOf } from '../../../server/src/core/ips/catalog.ts';
import { parseP5m } from '../../../server/src/core/ips/p5m.ts';
import { type PublishedFacts, readPublished } from '../../../server/src/core/ips/published.ts';

const REPOSITORY = join(process.cwd(), 'test/data/ips-repository/repository/publisher');
const HASH = '0123456789abcdef0123456789abcdef01234567';

/** What an index keeps, in an order of its own. */
function kept(facts: PublishedFacts): object {
  const { state, variants, dependencies } = packageOf({ name: 'x', version: '1' }, 'p', facts);
  const tags = (of: ReadonlyMap<string, unknown> | undefined) =>
    [...(of ?? [])].map(([name, value]) => `${name}=${value instanceof Set ? [...value] : value}`).join();
  const deliveries = facts.deliveries.map(one =>
    [one.path, one.kind, one.target, one.mediator, tags(one.variants), tags(one.facets)].join(' '),
  );
  return { state, variants, dependencies, deliveries: deliveries.sort(), faults: facts.faults };
}

function assertSame(text: string): void {
  const manifest = parseP5m(text, { path: 'x', macros: {}, fragment: false });
  const errors = manifest.faults.filter(fault => fault.severity === 'error');
  assert.deepEqual(kept(readPublished(text, 'x')), kept({ ...manifest, faults: errors }));
}

/** Lines that tools write, and such as are nearly so. */
const word = fc.constantFrom('root', 'bin', '0555', '', 'a b', '"quoted"', 'x\\', '$(arch)', 'é', '9');
const path = fc.constantFrom(
  'usr/bin/a',
  'usr/bin/b',
  '/usr/bin/a',
  'usr//a',
  'usr/a/',
  './a',
  'usr/x y',
  'a"b',
  'a#b',
  '',
  '/',
);
const attribute = fc.oneof(
  path.map(one => `path=${one}`),
  word.map(one => `mode=${one}`),
  word.map(one => `owner=${one}`),
  word.map(one => `group=${one}`),
  path.map(one => `target=${one}`),
  fc.constantFrom(
    `chash=${HASH}`,
    'pkg.size=12',
    'pkg.size=x',
    'preserve=true',
    'preserve=odd',
    'variant.arch=i386',
    'facet.doc=true',
    'mediator=m mediator-version=1',
    'data=1',
    'mode=0444',
    'overlay=true',
  ),
);
const plain = path.map(
  one => `file ${HASH} chash=${HASH} group=bin mode=0444 owner=root path=${one} pkg.csize=3 pkg.size=4`,
);
const line = fc.oneof(
  plain,
  plain,
  path.map(one => `dir group=bin mode=0755 owner=root path=${one}`),
  fc
    .tuple(fc.constantFrom('link', 'hardlink'), path, path)
    .map(([type, one, other]) => `${type} path=${one} target=${other}`),
  fc
    .tuple(
      fc.constantFrom(`file ${HASH}`, 'file NOHASH', 'file', 'dir', 'link', 'hardlink', ' dir'),
      fc.array(attribute, { maxLength: 6 }),
    )
    .map(([type, attributes]) => [type, ...attributes].join(' ')),
  fc.constantFrom(
    '',
    '# a comment',
    'set name=pkg.fmri value=pkg://p/x@1.0',
    'set name=variant.arch value=i386 value=sparc',
    'set name=pkg.obsolete value=true',
    'set name=pkg.renamed value=true',
    'set name=org.opensolaris.smf.fmri value=svc:/x:default',
    'depend fmri=pkg:/y@1 type=require',
    'user username=u group=g uid=9',
    '<transform file -> drop>',
    'nonsense',
    'file \\',
  ),
);

suite('a published manifest is read as the parser reads it', () => {
  for (const publisher of readdirSync(REPOSITORY)) {
    test(`all of ${publisher}`, () => {
      const directory = join(REPOSITORY, publisher, 'pkg');
      const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(one =>
        one.isFile(),
      );
      assert.ok(files.length > 0);
      for (const { parentPath, name } of files) assertSame(readFileSync(join(parentPath, name), 'utf8'));
    });
  }

  for (const path of ['./a', 'usr/./a', 'usr/../a', 'usr/.'])
    test(`${path} is one path, whichever line is written oddly`, () => {
      const [directory, file] = [`dir path=${path}`, `file ${HASH} path=${path}`];
      assertSame(`${directory}\r\n${file}\n`);
      assertSame(`${directory}\n${file} x=\n`);
    });

  test('a line of many megabytes is a line', () => {
    for (const part of ['a', 'a/']) {
      const text = `file ${HASH} path=usr${part.repeat(16_000_000 / part.length)} x\nfile ${HASH} path=b\n`;
      const { deliveries } = readPublished(text, 'x');
      assert.equal(deliveries.filter(one => one.path === 'b').length, 1);
    }
  }).timeout(20_000);

  test('whatever its lines are', () => {
    const text = fc
      .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\n', '\n', '\r\n'), fc.boolean())
      .map(([lines, end, last]) => lines.join(end) + (last ? end : ''));
    fc.assert(fc.property(text, assertSame), { numRuns: 2000 });
  });
});
