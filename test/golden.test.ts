import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findRoot, openTree } from '../server/src/io/world.ts';
import { Session } from '../server/src/session.ts';

const data = resolve(__dirname, '../test/data/ips');

interface Difference {
  /** Package -> why we name it and the original does not. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Package -> why the original names it and we do not. */
  readonly missing?: Readonly<Record<string, string>>;
}

const GIVES_UP = 'the original stops at a bad value or file and loses the needs beside it';

/** Where we differ from `pkgdepend resolve`, and why. */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'bypass-generate-bad-pattern': { extra: { 'system/library': GIVES_UP } },
  'elf-depend-runpath-errors': { extra: { 'system/library': GIVES_UP } },
  'elf-kernel-module-runpath-abort': { extra: { 'system/library': GIVES_UP } },
  'python-relative-imports': {
    extra: { 'runtime/python-311': 'env runs python3.11; the original looks no further than env' },
  },
  'resolve-manual-and-generated': {
    missing: {
      'runtime/perl-538': 'runtime/perl-536 is declared and satisfies the need; no other is wanted',
    },
  },
  'script-empty-shebang-crash': { extra: { 'system/core': GIVES_UP } },
  'script-env': {
    extra: {
      'runtime/perl-536': 'what env runs is needed too',
      'runtime/perl-538': 'what env runs is needed too',
      'shell/bash': 'what env runs is needed too',
    },
  },
  'script-latin1-crash': { extra: { 'system/core': GIVES_UP } },
  'variants-undeclared': { extra: { 'shell/bash': GIVES_UP, 'system/core': GIVES_UP } },
};

/** What `pkgdepend(1)` resolved, recorded from the original, is the second opinion on our candidates. */
suite('golden: candidates are the packages that pkgdepend resolves to', () => {
  for (const name of readdirSync(data).filter(one => existsSync(join(data, one, 'expected.resolve')))) {
    test(name, async () => {
      const ours = await candidates(name);
      const theirs = resolved(readFileSync(join(data, name, 'expected.resolve'), 'utf8'));
      const { extra = {}, missing = {} } = DIFFERENCES[name] ?? {};
      assert.deepEqual(
        { extra: [...ours.difference(theirs)].sort(), missing: [...theirs.difference(ours)].sort() },
        { extra: Object.keys(extra).sort(), missing: Object.keys(missing).sort() },
      );
    });
  }
});

/** Names in the `fmri` values of resolved `depend` actions. */
function resolved(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/ fmri=(?:pkg:\/)?([^@\s]+)/g)].map(match => match[1] ?? ''));
}

/** The packages that satisfy or would satisfy what the case needs, and those that it declares. */
async function candidates(name: string): Promise<ReadonlySet<string>> {
  const root = mkdtempSync(join(tmpdir(), 'packwright-golden-'));
  try {
    cpSync(join(data, name), root, { recursive: true });
    if (!existsSync(join(root, 'providers')))
      cpSync(join(data, '_providers'), join(root, 'providers'), { recursive: true });
    const areas = readdirSync(root).filter(one => one.startsWith('proto'));
    writeFileSync(
      join(root, 'packwright.yaml'),
      `manifests: [manifest.p5m, "providers/*"]\nproto: [${areas}]\n`,
    );
    const session = new Session({
      findRoot,
      openTree: (path, buffers) => openTree(path, { buffers, overrides: {} }),
    });
    session.setFolders([root]);
    const checked = await session.check(join(root, 'manifest.p5m'), new AbortController().signal);
    session.dispose();
    assert.ok(!('code' in checked));
    const declared = checked.manifest.dependencies.flatMap(one => one.anyOf.map(({ name: stem }) => stem));
    return new Set([...checked.verdicts.flatMap(one => one.by), ...declared]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
