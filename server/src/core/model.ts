/**
 * The vocabulary of Packwright: read these files first, in the order text, package, manifest, payload,
 * world, finding.
 *
 * Everything in them is a readonly value or a port. Spans count UTF-16 units of one text; lines and
 * columns exist only at the borders, except where a catcher reports a place in a payload file
 * whose text nobody keeps.
 */

export type * from './model/finding.ts';
export type * from './model/manifest.ts';
export type * from './model/package.ts';
export type * from './model/payload.ts';
export type * from './model/text.ts';
export type * from './model/world.ts';
