import type { ActionEntry, Edit, Manifest, Need } from '../model.ts';
import { actionAt, lineEndOf, linesOf } from './manifest-lines.ts';
import { bypasses, exactPattern } from './pattern.ts';
import { quoteValue } from './quote.ts';

const KEY = 'pkg.depend.bypass-generate';

/**
 * Adds a bypass for exactly these paths to one `file` action. What the manifest as a whole bypasses
 * is repeated there, because values of an action replace the manifest's (`pkgdepend(1)`).
 */
export function bypass(manifest: Manifest, file: ActionEntry, paths: readonly Need[]): Edit {
  const at = { start: file.action.end, end: file.action.end };
  const open = paths.filter(path => !file.bypass.some(value => bypasses(value, path)));
  if (open.length === 0) return { span: at, text: '' };
  const inherited = file.bypassInherited ? file.bypass : [];
  const values = new Set([...inherited, ...open.map(exactPattern)]);
  const separator = separatorIn(manifest, file);
  return { span: at, text: [...values].map(value => `${separator}${KEY}=${quoteValue(value)}`).join('') };
}

/** What stands between the attributes of the action: a blank, or a continuation with its indentation. */
function separatorIn(manifest: Manifest, file: ActionEntry): string {
  const { text } = manifest;
  const action = actionAt(linesOf(manifest), file.action.start);
  const written = action ? text.slice(action.start, action.contentEnd) : '';
  const indents = [...written.matchAll(/\\[ \t]*\r?\n([ \t]*)/g)];
  const last = indents.at(-1);
  return last ? ` \\${lineEndOf(text)}${last[1] || '    '}` : ' ';
}
