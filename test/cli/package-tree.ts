import { ScratchTree } from '../support/scratch-tree.ts';

/** Writes the files of a fixture into a new directory, calls `use` with it and removes it. */
export async function inTree<T>(source: string, use: (root: string) => T | Promise<T>): Promise<T> {
  const tree = new ScratchTree(source);
  try {
    return await use(tree.root);
  } finally {
    tree.remove();
  }
}
