import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { unifiedDiff } from '../../client/src/cli/unified-diff.ts';
import { applyEdits } from '../../server/src/core/edits.ts';
import type { Edit } from '../../server/src/core/model.ts';

suite('unified diff', () => {
  const text = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n';
  const at = (word: string) => text.indexOf(word);
  const insertion = (word: string, added: string): Edit => ({
    span: { start: at(word), end: at(word) },
    text: added,
  });

  test('nothing changed gives nothing', () => {
    assert.equal(unifiedDiff('m', text, []), '');
    assert.equal(unifiedDiff('m', text, [{ span: { start: 0, end: 3 }, text: 'one' }]), '');
  });

  test('an inserted line stands between three lines of context', () => {
    assert.equal(
      unifiedDiff('dir/m', text, [insertion('five', 'new\n')]),
      '--- a/dir/m\n+++ b/dir/m\n@@ -2,6 +2,7 @@\n two\n three\n four\n+new\n five\n six\n seven\n',
    );
  });

  test('a change within a line shows the line before and after', () => {
    assert.match(
      unifiedDiff('m', text, [{ span: { start: 1, end: 2 }, text: 'N' }]),
      /\n-one\n\+oNe\n two\n/,
    );
  });

  test('distant changes are hunks of their own', () => {
    const diff = unifiedDiff('m', text, [insertion('one', 'zero\n'), insertion('ten', 'nine and a half\n')]);
    assert.deepEqual(diff.match(/^@@.*/gm), ['@@ -1,3 +1,4 @@', '@@ -7,4 +8,5 @@']);
  });

  test('a missing line end is told', () => {
    assert.equal(
      unifiedDiff('m', 'a\nb', [{ span: { start: 3, end: 3 }, text: '\nc\n' }]),
      '--- a/m\n+++ b/m\n@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+c\n',
    );
  });

  test('patch(1) makes of it what the edits make', function () {
    this.timeout(20_000);
    if (spawnSync('patch', ['--version']).status !== 0) {
      console.log('not run: patch(1): it is not installed');
      return;
    }
    const directory = mkdtempSync(join(tmpdir(), 'packwright-diff-'));
    const file = join(directory, 'm');
    const line = fc.constantFrom('a', 'b', 'c', '');
    const cases = fc.record({
      lines: fc.array(line, { maxLength: 30 }),
      last: fc.constantFrom('', '\n'),
      edits: fc.array(fc.tuple(fc.nat(60), fc.nat(6), fc.constantFrom('', 'x', 'x\n', '\ny', 'z\nz\n')), {
        maxLength: 4,
      }),
    });
    try {
      fc.assert(
        fc.property(cases, ({ lines, last, edits }) => {
          const before = lines.join('\n') + last;
          const disjoint = edits
            .map(([start, length, added]): Edit => {
              const from = Math.min(start, before.length);
              return { span: { start: from, end: Math.min(from + length, before.length) }, text: added };
            })
            .sort((a, b) => a.span.start - b.span.start)
            .filter((edit, index, all) => index === 0 || edit.span.start > (all[index - 1]?.span.end ?? 0));
          const kept = disjoint.filter((edit, index) =>
            disjoint.slice(0, index).every(one => one.span.end < edit.span.start),
          );
          const after = applyEdits(before, kept);
          const diff = unifiedDiff('m', before, kept);
          if (diff === '') return assert.equal(after, before);
          writeFileSync(file, before);
          const ran = spawnSync('patch', ['-p1', '-s', '-f'], {
            cwd: directory,
            input: diff,
            encoding: 'utf8',
          });
          assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}\n${diff}`);
          assert.equal(after === '' ? '' : readFileSync(file, 'utf8'), after);
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
