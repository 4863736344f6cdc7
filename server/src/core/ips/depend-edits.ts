import type { Dependency, Edit, Manifest, NewDependency, Requirement, VariantSet } from '../model.ts';
import { dependLine, dependStyle, fmriOf, schemeOf } from './depend-style.ts';
import type { Action, Line } from './lines.ts';
import { behind, lineEndOf, linesOf } from './manifest-lines.ts';
import { quoteValue } from './quote.ts';

/**
 * Adds `depend` actions: behind the last one, or in order where those that are there are in order;
 * without any, at the end. A dependency that is declared already is not added again.
 */
export function addDependencies(manifest: Manifest, added: readonly NewDependency[]): Edit {
  const { text } = manifest;
  const lines = linesOf(manifest);
  const depends = lines.filter((line): line is Action => line.kind === 'action' && line.type === 'depend');
  const style = dependStyle(depends);
  const groups = new Map<Line | undefined, string[]>();
  for (const one of newOnes(manifest.dependencies, added)) {
    const after = placeFor(one, depends, lines, text);
    const written = groups.get(after) ?? [];
    groups.set(after, written);
    written.push(dependLine(one, style));
  }
  const eol = lineEndOf(text);
  const edits = [...groups].map(([after, written]) => insertion(text, after, written.sort(), eol));
  return merged(text, edits);
}

/** Takes out the whole logical line of a declared dependency. */
export function removeDependency(manifest: Manifest, index: number): Edit {
  return { span: manifest.dependencies[index]?.line ?? { start: 0, end: 0 }, text: '' };
}

/** Replaces one `fmri` of a declared dependency, keeping its prefix and quotes. */
export function retarget(manifest: Manifest, index: number, alternative: number, to: Requirement): Edit {
  const span = manifest.dependencies[index]?.spans?.[alternative];
  if (!span) return { span: { start: 0, end: 0 }, text: '' };
  const old = manifest.text.slice(span.start, span.end);
  const quote = /^["']/.exec(old)?.[0] ?? '';
  const fmri = fmriOf(to, schemeOf(old.slice(quote.length)) ?? 'pkg:/');
  return { span, text: quote && !/["'\\\s]/.test(fmri) ? quote + fmri + quote : quoteValue(fmri) };
}

function newOnes(declared: readonly Dependency[], added: readonly NewDependency[]): NewDependency[] {
  const known = new Set(declared.filter(one => !one.facets?.size).map(identity));
  const result: NewDependency[] = [];
  for (const one of added) {
    const name = identity(one);
    if (known.has(name) || one.anyOf.length === 0) continue;
    known.add(name);
    result.push(one);
  }
  return result;
}

function identity(of: { type: string; anyOf: readonly Requirement[]; variants?: VariantSet }): string {
  const packages = of.anyOf.map(one => fmriOf(one, '')).sort();
  const tags = [...(of.variants ?? [])]
    .map(([name, values]) => `${name}=${[...values].sort().join(',')}`)
    .sort();
  return [of.type, ...packages, ...tags].join('\n');
}

/** The line behind which a dependency belongs; `undefined`: at the start of the text. */
function placeFor(
  one: NewDependency,
  depends: readonly Action[],
  lines: readonly Line[],
  text: string,
): Line | undefined {
  const last = depends.at(-1);
  if (!last) return lines.findLast(line => !isEmpty(line, text));
  const order = orderOf(depends);
  if (!order) return last;
  const key = order(one.anyOf[0]?.name ?? '', one.type);
  const before = depends.findLast(line => order(fmriOfAction(line), typeOf(line)) <= key);
  if (before) return before;
  const index = lines.indexOf(depends[0] ?? last);
  const above = lines[index - 1];
  // What stands in front of the first one may be a comment about it: then go behind it.
  return above?.kind === 'comment' || index === 0 ? depends[0] : above;
}

/** A blank line without so much as a backslash, which would continue into what follows. */
function isEmpty(line: Line, text: string): boolean {
  return line.kind === 'blank' && !text.slice(line.start, line.end).includes('\\');
}

type Order = (fmri: string, type: string) => string;

/** By package, or by type and package as `pkgfmt(1)` version 2 does; `undefined` when in no order. */
function orderOf(depends: readonly Action[]): Order | undefined {
  if (depends.length < 2) return undefined;
  const byPackage: Order = fmri => bareName(fmri);
  const byType: Order = (fmri, type) => `${type}\n${bareName(fmri)}`;
  return [byType, byPackage].find(order => {
    const keys = depends.map(line => order(fmriOfAction(line), typeOf(line)));
    return keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') <= key);
  });
}

function bareName(fmri: string): string {
  return fmri.replace(/^(?:pkg:)?(?:\/\/[^/]*)?\/?/, '');
}

function fmriOfAction(line: Action): string {
  return line.attributes.find(one => one.key === 'fmri')?.value ?? '';
}

function typeOf(line: Action): string {
  return line.attributes.find(one => one.key === 'type')?.value ?? '';
}

function insertion(text: string, after: Line | undefined, written: readonly string[], eol: string): Edit {
  const block = written.map(line => line + eol).join('');
  if (!after) return { span: { start: text.length, end: text.length }, text: block };
  const { span, before } = behind(text, after);
  return { span, text: before + block };
}

/** One edit that does what several insertions do, by repeating the text between them. */
function merged(text: string, edits: readonly Edit[]): Edit {
  const ordered = [...edits].sort((a, b) => a.span.start - b.span.start);
  const first = ordered[0];
  if (!first) return { span: { start: text.length, end: text.length }, text: '' };
  let written = '';
  let at = first.span.start;
  for (const edit of ordered) {
    written += text.slice(at, edit.span.start) + edit.text;
    at = edit.span.end;
  }
  return { span: { start: first.span.start, end: at }, text: written };
}
