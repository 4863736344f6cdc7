import assert from 'node:assert/strict';
import { placesIn, proofText } from '../../client/src/proof-text.ts';
import type { Why } from '../../server/src/protocol.ts';

const why: Why = {
  needs: [
    {
      title: 'usr/bin/greet needs /usr/bin/perl: not declared',
      steps: [
        { text: '#!/usr/bin/perl', location: { uri: 'w/proto/usr/bin/greet', line: 0, character: 2 } },
        { text: 'runtime/perl delivers it', location: { uri: 'w/manifests/perl.p5m', line: 4 } },
        { text: 'no dependency brings it', location: { uri: 'w/manifests/greet.p5m' } },
      ],
    },
  ],
};
const text = proofText(why, uri => uri.slice(2));

suite('proof text', () => {
  test('steps are numbered and places stand below them', () => {
    assert.equal(
      text,
      `usr/bin/greet needs /usr/bin/perl: not declared

1. #!/usr/bin/perl
    proto/usr/bin/greet:1:3
2. runtime/perl delivers it
    manifests/perl.p5m:5
3. no dependency brings it
    manifests/greet.p5m
`,
    );
  });

  test('every place is found again', () => {
    const found = placesIn(text).map(({ path, fragment, start, end }) => [
      path,
      fragment,
      text.slice(start, end),
    ]);
    assert.deepEqual(found, [
      ['proto/usr/bin/greet', 'L1,3', 'proto/usr/bin/greet:1:3'],
      ['manifests/perl.p5m', 'L5', 'manifests/perl.p5m:5'],
      ['manifests/greet.p5m', '', 'manifests/greet.p5m'],
    ]);
  });

  test('a place without a need says so', () => {
    assert.equal(proofText(null, String), 'Nothing is needed at this place.\n');
    assert.equal(proofText({ needs: [] }, String), 'Nothing is needed at this place.\n');
  });
});
