import assert from 'node:assert/strict';
import { describeTree, type StatusText } from '../../client/src/status-text.ts';
import type { TreeState } from '../../server/src/protocol.ts';

const quiet: TreeState = {
  root: 'file:///w',
  unbuilt: [],
  repositories: [],
  manifests: { read: 2, total: 2 },
};
const indexed = { uri: './repo', state: 'ready', packages: 10, paths: 90 } as const;
const indexing = { uri: './repo', state: 'indexing' } as const;
const broken = { uri: './repo', state: 'failed', message: 'no catalog; rebuild it' } as const;

suite('describeTree', () => {
  const cases: readonly [name: string, tree: TreeState, trusted: boolean, expected: StatusText][] = [
    [
      'a quiet tree is ready',
      { ...quiet, repositories: [indexed] },
      true,
      { text: 'ready', detail: '2 packages here, 10 in ./repo', busy: false, severity: 'information' },
    ],
    [
      'an unbuilt proto area is named',
      { ...quiet, unbuilt: ['proto'], manifests: { read: 1, total: 1 } },
      true,
      { text: 'ready', detail: 'not built yet: proto, 1 package here', busy: false, severity: 'information' },
    ],
    [
      'indexing shows that something is busy',
      { ...quiet, repositories: [indexing] },
      true,
      { text: 'indexing ./repo', detail: '2 packages here', busy: true, severity: 'information' },
    ],
    [
      'manifests are counted while they are read',
      { ...quiet, manifests: { read: 40, total: 900 } },
      true,
      {
        text: 'reading manifests, 40 of 900',
        detail: '900 packages here',
        busy: true,
        severity: 'information',
      },
    ],
    [
      'a failed repository is a warning with the remedy',
      { ...quiet, repositories: [broken, indexed] },
      true,
      {
        text: 'a repository failed',
        detail: './repo: no catalog; rebuild it, 2 packages here, 10 in ./repo',
        busy: false,
        severity: 'warning',
      },
    ],
    [
      'in Restricted Mode it says what is not read',
      quiet,
      false,
      {
        text: 'nothing outside this folder is read in Restricted Mode',
        detail: '2 packages here',
        busy: false,
        severity: 'information',
      },
    ],
  ];
  for (const [name, tree, trusted, expected] of cases) {
    test(name, () => assert.deepEqual(describeTree(tree, trusted), expected));
  }
});
