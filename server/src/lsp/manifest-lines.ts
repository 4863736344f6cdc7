import type { Line } from '../core/ips/lines.ts';
import { lineAt as lineIn } from '../core/ips/manifest-lines.ts';
import type { Manifest } from '../core/model.ts';

/** The logical lines of a manifest, which tile its text; none where its dialect has none. */
export function linesIn(manifest: Manifest): readonly Line[] {
  return 'lines' in manifest ? (manifest.lines as readonly Line[]) : [];
}

/** The logical line that holds an offset; at the end of the text the last one. */
export function lineAt(manifest: Manifest, offset: number): Line | undefined {
  return lineIn(linesIn(manifest), offset);
}
