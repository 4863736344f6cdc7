import type { Finding } from '../../../../server/src/core/model.ts';

/**
 * The zero-based line in the first of the files that a finding is about. Of several files, the first need not be one
 * that has a place: a link, a library.
 */
export function lineInFirst({ neededBy, payloadPlaces }: Finding): number | undefined {
  const found = payloadPlaces.find(({ file }) => neededBy.length === 1 || file.endsWith(`/${neededBy[0]}`));
  return found?.range.line;
}
