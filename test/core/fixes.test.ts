import assert from 'node:assert/strict';
import fc from 'fast-check';
import { analyse } from '../../server/src/core/check.ts';
import { fixAll } from '../../server/src/core/fix-all.ts';
import type { Finding } from '../../server/src/core/model.ts';
import { fixture } from '../support/fixture.ts';

const never = new AbortController().signal;

const programs = ['usr/bin/p', 'usr/bin/q', 'usr/bin/r'];
const names = ['a', 'b', 'c', 'd'];
const tag = fc.constantFrom('', ' variant.arch=i386', ' variant.arch=sparc', ' facet.devel=true');

const declaration = fc
  .record({
    type: fc.constantFrom('require', 'require', 'optional', 'require-any', 'conditional', 'group'),
    names: fc.uniqueArray(fc.constantFrom(...names), { minLength: 2, maxLength: 2 }),
    tag,
  })
  .map(one => {
    const [first, second] = one.names;
    if (one.type === 'require-any') return `depend type=require-any fmri=${first} fmri=${second}${one.tag}`;
    if (one.type === 'conditional')
      return `depend type=conditional predicate=${first} fmri=${second}${one.tag}`;
    return `depend type=${one.type} fmri=${first}${one.tag}`;
  });

const delivered = fc
  .record({ path: fc.constantFrom(...programs), kind: fc.constantFrom('file', 'file', 'link'), tag })
  .map(one =>
    one.kind === 'file'
      ? `file path=${one.path}${one.tag}`
      : `link path=${one.path} target=${one.path.at(-1) === 'p' ? 'q' : 'p'}${one.tag}`,
  );

const aPackage = fc.tuple(
  fc.boolean(),
  fc.uniqueArray(delivered, { maxLength: 2 }),
  fc.uniqueArray(declaration, { maxLength: 2 }),
);

const world = fc
  .record({
    declared: fc.boolean(),
    files: fc.array(fc.record({ needs: fc.constantFrom(...programs), tag }), { minLength: 1, maxLength: 4 }),
    depends: fc.uniqueArray(declaration, { maxLength: 3 }),
    packages: fc.tuple(aPackage, aPackage, aPackage, aPackage),
    direct: fc.boolean(),
  })
  .map(({ declared, files, depends, packages, direct }) => {
    const variants = 'set name=variant.arch value=i386 value=sparc\n';
    const sections = [
      '-- manifest --',
      `set name=pkg.fmri value=me@1\n${declared ? variants : ''}${files.map((one, at) => `file path=opt/f${at} mode=0555${one.tag}`).join('\n')}\n${depends.join('\n')}`,
      ...files.map((one, at) => `-- proto/opt/f${at} --\n#!/${one.needs}`),
      ...packages.map(
        ([both, deliveries, depending], at) =>
          `-- repo/${names[at]}@1 --\n${both ? variants : ''}${[...deliveries, ...depending].join('\n')}`,
      ),
      `-- settings --\npolicy: { transitive: ${direct ? 'direct' : 'closure'} }`,
    ];
    return `${sections.join('\n')}\n`;
  });

const isNeed = (one: Finding) => one.neededBy.length > 0 && one.severity !== 'hint';
const fixable = (one: Finding) => isNeed(one) && one.fixes.some(fix => fix.preferred);
const needsOf = (findings: readonly Finding[]) =>
  new Set(findings.filter(isNeed).flatMap(one => one.neededBy.map(path => `${one.what} by ${path}`)));

suite('fixes of any manifest in any world', () => {
  test('fix-all mends all that it can, at once, brings nothing new, and twice is once', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(world, async source => {
        const { manifest, world: surroundings, parse } = fixture(source);
        const before = (await analyse(manifest, surroundings, never)).findings;
        const once = parse(fixAll(manifest, before).text);
        const after = (await analyse(once, surroundings, never)).findings;
        assert.deepEqual(
          after.filter(fixable).map(one => `${one.code}: ${one.message}`),
          [],
          once.text,
        );
        assert.ok(needsOf(after).isSubsetOf(needsOf(before)), once.text);
        assert.equal(fixAll(once, after).text, once.text);
      }),
      { numRuns: 1500, seed: 20_261_120 },
    );
  });
});
