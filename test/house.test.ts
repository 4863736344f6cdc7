import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { catchers } from '../server/src/core/catchers/index.ts';
import { findings } from '../server/src/core/findings/index.ts';
import { catcherPages, manual } from './tools/manual.ts';

const root = resolve(__dirname, '..');

suite('the house: who may import whom', () => {
  const bad: readonly (readonly [path: string, source: string, rule: string])[] = [
    [
      'server/src/core/bad.ts',
      "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n",
      'noNodejsModules',
    ],
    [
      'server/src/core/bad.ts',
      "import { Session } from '../session.ts';\nnew Session();\n",
      'noRestrictedImports',
    ],
    [
      'server/src/core/ips/bad.ts',
      "import { URI } from 'vscode-uri';\nURI.file('x');\n",
      'noRestrictedImports',
    ],
    ['server/src/core/bad.ts', 'export const now = Date.now();\n', 'noRestrictedGlobals'],
    ['server/src/core/bad.ts', 'export const id = process.pid;\n', 'noRestrictedGlobals'],
    ['server/src/core/bad.ts', "export const page = fetch('x');\n", 'noRestrictedGlobals'],
    [
      'server/src/io/bad.ts',
      "import { Session } from '../session.ts';\nnew Session();\n",
      'noRestrictedImports',
    ],
    ['server/src/io/bad.ts', "import { serve } from '../lsp/main.ts';\nserve();\n", 'noRestrictedImports'],
    [
      'server/src/session.ts',
      "import { openTree } from './io/world.ts';\nopenTree();\n",
      'noRestrictedImports',
    ],
    [
      'server/src/lsp/bad.ts',
      "import { window } from 'vscode';\nwindow.createOutputChannel('x');\n",
      'noRestrictedImports',
    ],
    [
      'client/src/grid/bad.ts',
      "import { spawn } from 'node:child_process';\nspawn('x');\n",
      'noRestrictedImports',
    ],
    [
      'client/src/grid/backends/bad.ts',
      "import { openTree } from '../../../../server/src/io/world.ts';\nopenTree();\n",
      'noRestrictedImports',
    ],
    [
      'client/src/grid/runner.ts',
      "import { window } from 'vscode';\nwindow.createOutputChannel('x');\n",
      'noRestrictedImports',
    ],
    [
      'client/src/report/bad.ts',
      "import { readFileSync } from 'node:fs';\nreadFileSync('x');\n",
      'noNodejsModules',
    ],
    [
      'client/src/report/bad.ts',
      "import { openStore } from '../grid/store.ts';\nopenStore();\n",
      'noRestrictedImports',
    ],
    [
      'client/src/sites/bad.ts',
      "import { complain } from '../cli/host.ts';\ncomplain();\n",
      'noRestrictedImports',
    ],
    [
      'client/src/sites-view/bad.ts',
      "import { openStore } from '../grid/store.ts';\nopenStore();\n",
      'noRestrictedImports',
    ],
    [
      'client/src/sites-view/bad.ts',
      "import { SitesDesk } from '../sites/sites-desk.ts';\nnew SitesDesk();\n",
      'noRestrictedImports',
    ],
    [
      'client/src/cli/bad.ts',
      "import { window } from 'vscode';\nwindow.createOutputChannel('x');\n",
      'noRestrictedImports',
    ],
    [
      'client/src/bad.ts',
      "import { check } from '../../server/src/core/check.ts';\ncheck();\n",
      'noRestrictedImports',
    ],
  ];
  for (const [path, source, rule] of bad) {
    const [what] = source.split('\n');
    test(`${path} must not say: ${what}`, () => assert.ok(rulesBroken(path, source).includes(rule), rule));
  }

  test('the Sites view may import the types of its worker', () =>
    assert.deepEqual(
      rulesBroken(
        'client/src/sites-view/good.ts',
        "import type { Ask } from '../sites/worker-protocol.ts';\nexport type Two = [Ask, Ask];\n",
      ),
      [],
    ));

  test('a good file is let through', () =>
    assert.deepEqual(
      rulesBroken(
        'server/src/core/good.ts',
        "import type { Span } from './model.ts';\nexport type Two = [Span, Span];\n",
      ),
      [],
    ));
});

/** Names of the rules that a file of this content would break at this place. */
function rulesBroken(path: string, source: string): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), 'packwright-house-'));
  try {
    cpSync(join(root, 'biome.json'), join(directory, 'biome.json'));
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), source);
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const { stdout } = spawnSync(
      process.execPath,
      [biome, 'lint', '--vcs-enabled=false', '--reporter=json', '.'],
      {
        cwd: directory,
        encoding: 'utf8',
      },
    );
    const report: { diagnostics: readonly { category: string }[] } = JSON.parse(stdout);
    return report.diagnostics.map(one => one.category.split('/').at(-1) ?? '');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

suite('the house: files are small', () => {
  for (const path of globSync('{server,client}/src/**/*.ts', { cwd: root })) {
    const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1;
    if (lines > 300) test(`${path} has ${lines} lines, and may have 300`, () => assert.fail('part it'));
  }

  test('there are files to look at', () =>
    assert.ok(globSync('{server,client}/src/**/*.ts', { cwd: root }).length > 100));
});

suite('the house: plug-ins are complete', () => {
  const schema = readFileSync(join(root, 'schemas/packwright.schema.json'), 'utf8');
  const pages = catcherPages();
  for (const { name, doc } of catchers) {
    test(`catcher ${name} has a test, a page, a setting and a sentence`, () => {
      assert.ok(existsSync(join(root, `test/core/catchers/${name}.test.ts`)), 'test');
      assert.equal(
        readFileSync(join(root, `docs/catchers/${name}.md`), 'utf8'),
        pages.get(name),
        'page: npm run manual',
      );
      assert.ok(JSON.parse(schema).properties.catchers.properties[name], 'setting');
      assert.match(doc, /^[A-Z].*\.$/);
    });
  }

  const tests =
    readFileSync(join(root, 'test/core/check.test.ts'), 'utf8') +
    readFileSync(join(root, 'test/io/settings-file.test.ts'), 'utf8');
  for (const { code, title } of findings) {
    test(`finding ${code} has a test and a sentence`, () => {
      assert.ok(tests.includes(code), 'test');
      assert.match(title, /^[A-Za-z].*\.$/);
    });
  }

  test('the manual of findings says what the code says', () =>
    assert.equal(readFileSync(join(root, 'docs/findings.md'), 'utf8'), manual()));
});
