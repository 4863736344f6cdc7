import { type Document, isMap, isPair, isScalar, isSeq, type Node } from 'yaml';
import type { Span } from '../core/model.ts';

/** The node of a value; where the path ends at a missing key, the node that lacks it. */
export function nodeAt(document: Document, path: readonly PropertyKey[]): Node | undefined {
  let node: unknown = document.contents;
  for (const part of path) {
    const next: unknown = isSeq(node)
      ? node.items[Number(part)]
      : isMap(node)
        ? node.get(part, true)
        : undefined;
    if (next === undefined || next === null) break;
    node = next;
  }
  return (node as Node | null) ?? undefined;
}

/** The node of a key in the mapping at `path`. */
export function keyAt(document: Document, path: readonly PropertyKey[], key: string): Node | undefined {
  const map = nodeAt(document, path);
  if (!isMap(map)) return map;
  const pair = map.items.find(item => isPair(item) && isScalar(item.key) && String(item.key.value) === key);
  return isScalar(pair?.key) ? pair.key : map;
}

/** Where a node stands, without the blanks and comments behind it. */
export function spanOf(node: Node | undefined): Span | undefined {
  return node?.range ? { start: node.range[0], end: node.range[1] } : undefined;
}
