import type { RepositoryState, TreeState } from '../../server/src/protocol.ts';

/** Words of a status item. */
export interface StatusText {
  /** A few words, to stand behind the name of the extension. */
  readonly text: string;
  /** One more line, when there is more to say. */
  readonly detail?: string;
  /** True while something is being read. */
  readonly busy?: boolean;
  /** Absent means information. */
  readonly severity?: 'information' | 'warning' | 'error';
}

/** Says what a package tree is doing and what it lacks, the most urgent first. */
export function describeTree(tree: TreeState, trusted: boolean): StatusText {
  const failed = tree.repositories.filter(repository => repository.state === 'failed');
  const busy =
    tree.manifests.read < tree.manifests.total ||
    tree.repositories.some(({ state }) => state === 'waiting' || state === 'indexing');
  return {
    text: headline(tree, failed, trusted),
    detail: [...lacks(tree), ...failed.map(failure), ...counts(tree)].join(', '),
    busy,
    severity: failed.length > 0 ? 'warning' : 'information',
  };
}

function headline(tree: TreeState, failed: readonly RepositoryState[], trusted: boolean): string {
  if (failed.length > 0)
    return failed.length === 1 ? 'a repository failed' : `${failed.length} repositories failed`;
  const indexing = tree.repositories.filter(({ state }) => state === 'waiting' || state === 'indexing');
  if (indexing.length > 0) return `indexing ${indexing.map(({ uri }) => uri).join(', ')}`;
  if (tree.manifests.read < tree.manifests.total) {
    return `reading manifests, ${tree.manifests.read} of ${tree.manifests.total}`;
  }
  return trusted ? 'ready' : 'nothing outside this folder is read in Restricted Mode';
}

function lacks(tree: TreeState): readonly string[] {
  return tree.unbuilt.length > 0 ? [`not built yet: ${tree.unbuilt.join(', ')}`] : [];
}

function failure(repository: RepositoryState): string {
  return `${repository.uri}: ${repository.message ?? 'cannot be read'}`;
}

function counts(tree: TreeState): readonly string[] {
  const ready = tree.repositories.filter(({ state }) => state === 'ready');
  return [
    `${packages(tree.manifests.total)} here`,
    ...ready.map(({ uri, packages: known = 0 }) => `${known} in ${uri}`),
  ];
}

function packages(count: number): string {
  return count === 1 ? '1 package' : `${count} packages`;
}
