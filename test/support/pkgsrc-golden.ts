import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(checkout(__dirname), 'test/data/pkgsrc-formats');

/** Bundles lie at different depths. */
function checkout(directory: string): string {
  return existsSync(join(directory, 'package.json')) ? directory : checkout(dirname(directory));
}

/** A recorded file; its README tells the origin. */
export function golden(name: string): string {
  return readFileSync(resolve(root, name), 'utf8');
}

/** The rows of a recorded table: cells between tabs, without comments. */
export function goldenRows(name: string): readonly (readonly string[])[] {
  return golden(name)
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split('\t'));
}

/** Every beginning of a text, and the text with each single character changed: what parsers have to survive. */
export function* damaged(text: string): Generator<string> {
  for (let length = 0; length <= text.length; length++) yield text.slice(0, length);
  for (let at = 0; at < text.length; at++) {
    const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << (at % 8)));
    yield text.slice(0, at) + flipped + text.slice(at + 1);
  }
}
