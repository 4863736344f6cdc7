import type { NewDependency, Requirement } from '../model.ts';
import { TO_BE_DETERMINED } from './dependency-facts.ts';
import { splitFmri } from './fmri.ts';
import type { Action } from './lines.ts';
import { quoteValue } from './quote.ts';

/** How a manifest writes its `depend` actions. */
export interface DependStyle {
  /** `type=` before `fmri=`. */
  readonly typeFirst: boolean;
  /** What stands before a package name: `pkg:/`, `/` or nothing. */
  readonly scheme: string;
}

/** `pkgfmt(1)` for order and prefix, where the manifest gives no example. */
const USUAL: DependStyle = { typeFirst: false, scheme: 'pkg:/' };

/** The habits of most of these `depend` actions. */
export function dependStyle(depends: readonly Action[]): DependStyle {
  let typeFirst = 0;
  const schemes = new Map<string, number>();
  for (const { attributes } of depends) {
    const fmri = attributes.findIndex(one => one.key === 'fmri');
    const type = attributes.findIndex(one => one.key === 'type');
    if (type >= 0 && fmri >= 0) typeFirst += type < fmri ? 1 : -1;
    const scheme = schemeOf(attributes[fmri]?.value ?? TO_BE_DETERMINED);
    if (scheme !== undefined) schemes.set(scheme, (schemes.get(scheme) ?? 0) + 1);
  }
  const [scheme] = [...schemes].reduce((best, one) => (one[1] > best[1] ? one : best), [USUAL.scheme, 0]);
  return { typeFirst: typeFirst > 0, scheme };
}

/** What an FMRI writes before its name; a publisher is never imitated. */
export function schemeOf(fmri: string): string | undefined {
  if (fmri === TO_BE_DETERMINED || fmri.startsWith('$(')) return undefined;
  const { scheme } = splitFmri(fmri);
  return scheme.endsWith('//') ? USUAL.scheme : scheme;
}

/** A `depend` action without its line end. */
export function dependLine(dependency: NewDependency, style: DependStyle): string {
  const type = `type=${dependency.type}`;
  const fmris = dependency.anyOf.map(one => `fmri=${quoteValue(fmriOf(one, style.scheme))}`);
  const words = style.typeFirst ? [type, ...fmris] : [...fmris, type];
  for (const [name, values] of dependency.variants ?? []) {
    for (const value of [...values].sort()) words.push(`variant.${name}=${quoteValue(value)}`);
  }
  return `depend ${words.join(' ')}`;
}

/** A requirement as an FMRI. */
export function fmriOf(requirement: Requirement, scheme: string): string {
  const { name, version } = requirement;
  return version === undefined ? `${scheme}${name}` : `${scheme}${name}@${version}`;
}
