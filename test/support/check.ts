import assert from 'node:assert/strict';
import { check } from '../../server/src/core/check.ts';
import { applyEdits } from '../../server/src/core/edits.ts';
import { fixAll } from '../../server/src/core/fix-all.ts';
import type { Finding, Manifest, World } from '../../server/src/core/model.ts';
import { fixture } from './fixture.ts';

const never = new AbortController().signal;

/**
 * Checks the fixture's manifest: the findings must be those marked with `^^^`, and no others, and every
 * fix must fix: its finding goes, no other comes, and applying it twice changes nothing more.
 */
export async function checks(
  source: string,
  wanted: { readonly severities?: readonly string[] } = {},
): Promise<void> {
  const { manifest, expected, world, parse } = fixture(source);
  const findings = await check(manifest, world, never);
  const lineOf = (offset: number) => manifest.text.slice(0, offset).split('\n').length;
  assert.deepEqual(
    findings.map(one => `${lineOf(one.span.start)}: ${one.code}: ${one.message}`),
    expected,
  );
  if (wanted.severities) {
    assert.deepEqual(
      findings.map(one => one.severity),
      wanted.severities,
    );
  }
  for (const finding of findings) {
    for (const fix of finding.fixes) await fixes(manifest, findings, finding, fix.title, world, parse);
  }
  await fixesAll(manifest, findings, world, parse);
}

async function fixes(
  manifest: Manifest,
  before: readonly Finding[],
  finding: Finding,
  title: string,
  world: World,
  parse: (text: string) => Manifest,
): Promise<void> {
  const fix = finding.fixes.find(one => one.title === title);
  const fixed = parse(applyEdits(manifest.text, fix?.edits ?? []));
  const after = await check(fixed, world, never);
  const context = `after "${title}":\n${fixed.text}`;
  assert.ok(
    !after.some(one => sameNeed(one, finding) && rank(one) <= rank(finding)),
    `the finding is gone ${context}`,
  );
  for (const one of after) {
    assert.ok(
      before.some(other => sameNeed(one, other) && rank(other) <= rank(one)),
      `no other finding came: ${one.code}: ${one.message} ${context}`,
    );
  }
}

/** A need that moved from error to hint is the same need, not a new finding. */
function sameNeed(a: Finding, b: Finding): boolean {
  if (a.neededBy.length === 0 || b.neededBy.length === 0) return a.code === b.code && a.what === b.what;
  return a.neededBy.some(path => b.neededBy.includes(path)) && a.what === b.what;
}

function rank({ severity }: Finding): number {
  return ['error', 'warning', 'hint'].indexOf(severity);
}

async function fixesAll(
  manifest: Manifest,
  findings: readonly Finding[],
  world: World,
  parse: (text: string) => Manifest,
): Promise<void> {
  const once = parse(fixAll(manifest, findings).text);
  const after = await check(once, world, never);
  assert.equal(fixAll(once, after).text, once.text, 'fixing all twice is fixing all once');
}
