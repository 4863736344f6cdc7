import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packwright } from './command-line.ts';

/*
 * What pkgdepend prints, recorded (test/data/ips/README.md), beside what the program prints. Where they may differ by
 * default is read from the manual.
 */

const root = resolve('test/data/ips');
const cases = readdirSync(root).filter(name => existsSync(join(root, name, 'expected.generate')));
const INTERNAL_ERROR = 99;

/** A difference that the manual tells of: `more`, `less`, `exit N`. */
interface Difference {
  readonly name: string;
  readonly where: string;
  readonly what: readonly string[];
}

const differences: readonly Difference[] = readFileSync('docs/pkgdepend-differences.md', 'utf8')
  .split('\n')
  .flatMap(line => {
    const cells = line.split('|').map(cell => cell.trim());
    const name = /^`(.+)`$/.exec(cells[1] ?? '')?.[1];
    if (name === undefined || cells.length < 6) return [];
    return [{ name, where: cells[2] ?? '', what: (cells[3] ?? '').split(', ') }];
  });

/** Differences of one case; none with `--strict-compat`. */
function differing(name: string, where: string): readonly string[] {
  return differences.find(one => one.name === name && one.where === where)?.what ?? [];
}

/** Actions, each as its sorted words: the order of lines and of values is arbitrary in the original. */
function actionsIn(text: string): ReadonlySet<string> {
  const lines = text.split('\n').filter(line => /^(depend|set) /.test(line));
  return new Set(lines.map(line => [...new Set(line.match(/(?:[^\s"]|"[^"]*")+/g))].sort().join(' ')));
}

function recorded(name: string, file: string): string {
  return readFileSync(join(root, name, file), 'utf8');
}

function exitOf(name: string, file: string): number {
  return Number(recorded(name, `${file}.rc`));
}

/** Compares two sets of actions, but for what may be more or less. */
function assertSame(ours: string, theirs: string, what: readonly string[]): void {
  const [mine, original] = [actionsIn(ours), actionsIn(theirs)];
  if (!what.includes('less'))
    assert.deepEqual([...original.difference(mine)], [], 'printed by pkgdepend alone');
  else assert.notEqual(original.difference(mine).size, 0, 'the manual says that something is left out');
  if (!what.includes('more'))
    assert.deepEqual([...mine.difference(original)], [], 'printed by packwright alone');
  else assert.notEqual(mine.difference(original).size, 0, 'the manual says that something is printed beside');
}

function expectedExit(usual: number, what: readonly string[]): number {
  const told = what.find(one => one.startsWith('exit '));
  return told === undefined ? usual : Number(told.slice('exit '.length));
}

async function generate(name: string, options: readonly string[]) {
  return packwright(['depend', 'generate', ...options, '-d', 'proto', 'manifest.p5m'], join(root, name));
}

/** Options of recorded runs beside the plain one. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'expected.generate-tokens': ['PLATFORM=i86pc', 'PLATFORM=i86xpv', 'ISALIST=amd64', 'OSREL=5.11'].flatMap(
    value => ['-D', value],
  ),
  'expected.generate-platform': ['-D', 'PLATFORM=i86pc'],
  'expected.generate-internal': ['-I'],
};

suite('depend generate beside pkgdepend', () => {
  for (const name of cases) {
    const crashes = exitOf(name, 'expected.generate') === INTERNAL_ERROR;
    if (crashes) {
      test(`${name}: answers where pkgdepend ends with an internal error`, async () => {
        const { code, out } = await generate(name, ['--strict-compat']);
        assert.ok(code === 0 || code === 1);
        assert.match(out, /^depend fmri=__TBD .*reason=usr\/bin\//m);
      });
      continue;
    }
    test(`${name}: equal with --strict-compat`, async () => {
      const { code, out, err } = await generate(name, ['--strict-compat']);
      assertSame(out, recorded(name, 'expected.generate'), []);
      assert.equal(code, exitOf(name, 'expected.generate'), err);
    });
    test(`${name}: by default as the manual says`, async () => {
      const what = differing(name, 'generate');
      const { code, out, err } = await generate(name, []);
      assertSame(out, recorded(name, 'expected.generate'), what);
      assert.equal(code, expectedExit(exitOf(name, 'expected.generate'), what), err);
    });
    for (const [file, options] of Object.entries(OPTIONS)) {
      if (!existsSync(join(root, name, file))) continue;
      test(`${name}: equal with ${options.join(' ')}`, async () => {
        const { out } = await generate(name, ['--strict-compat', ...options]);
        assertSame(out, recorded(name, file), []);
      });
    }
  }
});

suite('depend resolve beside pkgdepend', () => {
  let out: string;
  setup(() => {
    out = mkdtempSync(join(tmpdir(), 'packwright-depend-'));
  });
  teardown(() => rmSync(out, { recursive: true, force: true }));

  for (const name of cases.filter(one => existsSync(join(root, one, 'generated.p5m'))))
    for (const [file, options] of [
      ['expected.resolve', []],
      ['expected.resolve-v', ['-v']],
    ] as const) {
      test(`${name}: equal ${options.join('')}, by default and with --strict-compat`, async () => {
        const own = existsSync(join(root, name, 'providers'));
        const folder = own ? join(root, name, 'providers') : join(root, '_providers');
        const providers = readdirSync(folder).map(one => join(folder, one));
        for (const mode of [[], ['--strict-compat']]) {
          const argv = [
            'depend',
            'resolve',
            ...mode,
            '-S',
            ...options,
            '-d',
            out,
            'generated.p5m',
            ...providers,
          ];
          const { code, err } = await packwright(argv, join(root, name));
          assertSame(readFileSync(join(out, 'generated.p5m'), 'utf8'), recorded(name, file), []);
          const what = mode.length === 0 ? differing(name, 'resolve') : [];
          assert.equal(code, expectedExit(exitOf(name, file), what), err);
        }
      });
    }
});

test('every difference in the manual is of a recorded case', () => {
  for (const { name } of differences) assert.ok(cases.includes(name), name);
});
