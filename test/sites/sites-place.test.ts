import assert from 'node:assert/strict';
import { openSitesFile } from '../../client/src/sites/sites-place.ts';
import { ScratchTree } from '../support/scratch-tree.ts';

suite('a sites file that is opened', () => {
  test('each site carries the list of vulnerabilities, for another VO may move its jobs on', () => {
    const tree = new ScratchTree(`
-- sites.yaml --
vo: one
vulnerabilities: {url: "https://example.org/vulns"}
sites:
  - {name: north, backend: local, area: /vo/one}
`);
    try {
      const opening = openSitesFile(tree.path('sites.yaml'));
      assert.equal(opening.kind, 'place');
      const [north] = opening.kind === 'place' ? opening.place.file.sites : [];
      assert.deepEqual(north?.vulnerabilities, { url: 'https://example.org/vulns', fetch: 'submit' });
    } finally {
      tree.remove();
    }
  });
});
