import assert from 'node:assert/strict';
import { applyEdits } from '../../server/src/core/edits.ts';
import { type P5m, parseP5m } from '../../server/src/core/ips/p5m.ts';
import { LineIndex } from '../../server/src/core/line-index.ts';

/** A manifest, and each of its faults as `line:column+length severity: message [title of its repair]`. */
export type FaultCase = readonly [name: string, manifest: string, faults: readonly string[]];

/** One test for each case, and one that applies every repair: its fault must go, and no other come. */
export function faultSuite(name: string, cases: readonly FaultCase[]): void {
  suite(name, () => {
    for (const [title, text, expected] of cases) {
      test(title, () => assert.deepEqual(faultsIn(read(text)), expected));
    }
    test('a repair takes its fault away and brings no new one', () => {
      for (const [, text] of cases) assertRepairs(read(text));
    });
  });
}

/** Reads a text as a manifest named `a.p5m`. */
export function read(text: string, macros: Readonly<Record<string, string>> = {}): P5m {
  return parseP5m(text, { path: '/w/a.p5m', macros });
}

function assertRepairs(before: P5m): void {
  for (const fault of before.faults) {
    if (!fault.fix) continue;
    const after = read(applyEdits(before.text, fault.fix.edits));
    assert.ok(after.faults.length < before.faults.length, `${fault.message}\n${after.text}`);
  }
}

function faultsIn(manifest: P5m): string[] {
  const lines = new LineIndex(manifest.text);
  return manifest.faults.map(({ severity, message, span, fix }) => {
    const { line, column } = lines.positionAt(span.start);
    const repair = fix ? ` [${fix.title}]` : '';
    return `${line + 1}:${column + 1}+${span.end - span.start} ${severity}: ${message}${repair}`;
  });
}
