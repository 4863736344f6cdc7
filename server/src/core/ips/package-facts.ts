import type { Package, PackageId, VariantSet } from '../model.ts';
import { splitFmri } from './fmri.ts';
import type { Action, Attribute } from './lines.ts';
import { hasUnset } from './macros.ts';

/** What the `set` actions of a manifest say of the package as a whole. */
export interface PackageFacts {
  readonly id: PackageId | undefined;
  readonly state: Package['state'];
  readonly variants: VariantSet;
  /** Manifest-wide `pkg.depend.runpath`. */
  readonly runPath: string | undefined;
  /** Manifest-wide `pkg.depend.bypass-generate`. */
  readonly bypass: readonly string[];
}

/** One package attribute with its values, whichever way it is spelt. */
export interface PackageAttribute {
  readonly action: Action;
  readonly name: string;
  readonly values: readonly Attribute[];
}

/** Reads a `set` action: `name=N value=V…`, or the short form `N=V`. `undefined` when it is neither. */
export function packageAttribute(action: Action): PackageAttribute | undefined {
  const values: Attribute[] = [];
  let name: string | undefined;
  for (const attribute of action.attributes) {
    if (attribute.key === 'name') name ??= attribute.value;
    else if (attribute.key === 'value') values.push(attribute);
  }
  if (name !== undefined) return { action, name, values };
  const only = action.attributes.length === 1 ? action.attributes[0] : undefined;
  return only && only.key !== 'value' ? { action, name: only.key, values: [only] } : undefined;
}

/** Collects the facts of a package from its `set` actions, macros expanded. */
export function packageFacts(attributes: readonly PackageAttribute[]): PackageFacts {
  const variants = new Map<string, Set<string>>();
  for (const { name, values } of attributes) {
    if (name.startsWith('variant.')) declare(variants, name.slice('variant.'.length), values);
  }
  const fmri = firstOf(attributes, 'pkg.fmri') ?? firstOf(attributes, 'fmri');
  return {
    id: fmri === undefined ? undefined : packageId(fmri),
    state: stateOf(attributes),
    variants,
    runPath: firstOf(attributes, 'pkg.depend.runpath'),
    bypass: attributes
      .filter(one => one.name === 'pkg.depend.bypass-generate')
      .flatMap(one => one.values.map(value => value.value)),
  };
}

/** Whether two manifests say the same of their packages. */
export function isSameFacts(a: PackageFacts, b: PackageFacts): boolean {
  return factKey(a) === factKey(b);
}

function factKey({ id, state, variants, runPath, bypass }: PackageFacts): string {
  const declared = [...variants].map(([name, values]) => [name, ...values]);
  return JSON.stringify([id, state, declared, runPath, bypass]);
}

function firstOf(attributes: readonly PackageAttribute[], name: string): string | undefined {
  return attributes.find(one => one.name === name)?.values[0]?.value;
}

function stateOf(attributes: readonly PackageAttribute[]): Package['state'] {
  if (firstOf(attributes, 'pkg.obsolete') === 'true') return 'obsolete';
  return firstOf(attributes, 'pkg.renamed') === 'true' ? 'renamed' : 'ordinary';
}

/** A variant of which a value is still a macro counts as not declared: its values are not known. */
function declare(variants: Map<string, Set<string>>, name: string, values: readonly Attribute[]): void {
  if (values.some(one => hasUnset(one.value))) return;
  const known = variants.get(name) ?? new Set();
  for (const { value } of values) known.add(value);
  variants.set(name, known);
}

function packageId(text: string): PackageId | undefined {
  const { name, version, publisher } = splitFmri(text);
  if (name === '') return undefined;
  return {
    name,
    ...(version !== undefined && version !== '' && { version }),
    ...(publisher !== undefined && publisher !== '' && { publisher }),
  };
}
