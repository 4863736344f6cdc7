import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { LineIndex } from '../../../server/src/core/line-index.ts';
import { read } from '../../support/faults.ts';

suite('IPS manifests beside pkgdepend', () => {
  test('every malformed action that it refuses is told, at its place', () => {
    const manifest = read(readFileSync('test/data/ips/manifest-bad-actions/manifest.p5m', 'utf8'));
    const lines = new LineIndex(manifest.text);
    const told = manifest.faults.map(({ span, message }) => {
      const { line, column } = lines.positionAt(span.start);
      return `${line + 1}:${column + 1} ${message.split(';')[0]}`;
    });
    assert.deepEqual(told, [
      '4:34 "group" has no value',
      '5:1 unknown action type "nosuchaction"',
      '7:25 unknown dependency type "sometype"',
      '8:1 this depend action lacks its key attribute fmri',
      '9:1 this link action lacks target',
    ]);
  });

  test('it refuses the same actions, by its own record', () => {
    const recorded = readFileSync('test/data/ips/manifest-bad-actions/expected.generate.err', 'utf8');
    const refused = [
      /missing value:\n {4}file path=usr\/bin\/ok2 owner=root group/,
      /unknown action type 'nosuchaction'/,
      /Unknown dependency type 'sometype'/,
      /no value specified for key attribute 'fmri'/,
      /link path=usr\/bin\/l' has invalid attribute\(s\):\n {2}target is required/,
    ];
    for (const one of refused) assert.match(recorded, one);
    // What is left is a payload that is missing, which is no fault of the text.
    const rest = refused.reduce((text, one) => text.replace(one, ''), recorded);
    assert.deepEqual(rest.match(/(?:^|\n)Couldn't find '[^']*'/g), ["Couldn't find 'usr/bin/nomode'"]);
  });
});
