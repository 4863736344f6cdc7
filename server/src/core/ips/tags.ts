import type { FacetSet, VariantSet } from '../model.ts';
import type { Action, Attribute } from './lines.ts';
import { hasUnset } from './macros.ts';

/** Variant and facet tags of an action; absent members mean no such tag. */
export interface Tags {
  readonly variants: VariantSet | undefined;
  /** `variants`, narrowed to the values that the package declares. */
  readonly narrowed: VariantSet | undefined;
  readonly facets: FacetSet | undefined;
}

const LETTER_V = 118;
const LETTER_F = 102;
const LETTER_O = 111;
const OLD_ZONE = 'opensolaris.zone';

/** Whether an attribute is a variant or facet tag. `opensolaris.zone` is the old name of a variant. */
export function isTag(key: string): boolean {
  const first = key.charCodeAt(0);
  if (first === LETTER_V) return key.startsWith('variant.');
  if (first === LETTER_F) return key.startsWith('facet.');
  return first === LETTER_O && key === OLD_ZONE;
}

/** Name of the variant that an attribute tags, without `variant.`; `undefined` when it tags none. */
export function variantOf(key: string): string | undefined {
  if (key.startsWith('variant.')) return key.slice('variant.'.length);
  return key === OLD_ZONE ? OLD_ZONE : undefined;
}

/** Reads the tags of the actions of one package. Equal tags give the same object: few differ. */
export class TagReader {
  readonly #declared: VariantSet;
  readonly #known = new Map<string, Tags>();
  readonly #untagged: Tags;

  constructor(declared: VariantSet) {
    this.#declared = declared;
    const narrowed = declared.size > 0 ? declared : undefined;
    this.#untagged = { variants: undefined, narrowed, facets: undefined };
  }

  /** The tags of an action whose macros are expanded. */
  of(action: Action): Tags {
    let name = '';
    for (const attribute of action.attributes) {
      if (isTag(attribute.key)) name += `${attribute.key}=${attribute.value}\n`;
    }
    if (name === '') return this.#untagged;
    let tags = this.#known.get(name);
    if (!tags) {
      tags = this.#read(action.attributes);
      this.#known.set(name, tags);
    }
    return tags;
  }

  #read(attributes: readonly Attribute[]): Tags {
    const variants = new Map<string, Set<string>>();
    const facets = new Map<string, string>();
    for (const { key, value } of attributes) {
      if (hasUnset(value)) continue;
      const variant = variantOf(key);
      if (key.startsWith('facet.')) facets.set(key.slice('facet.'.length), value);
      // Values such as `__NODEFAULT` only tell transforms to keep their hands off, and never reach a package.
      else if (variant !== undefined && !value.startsWith('__')) {
        variants.set(variant, (variants.get(variant) ?? new Set()).add(value));
      }
    }
    return {
      variants: variants.size > 0 ? variants : undefined,
      narrowed: narrow(variants, this.#declared),
      facets: facets.size > 0 ? facets : undefined,
    };
  }
}

/** The declared values, restricted to the tagged ones. A tag that leaves none is kept as it is. */
function narrow(tags: VariantSet, declared: VariantSet): VariantSet | undefined {
  const result = new Map(declared);
  for (const [name, values] of tags) {
    const both = declared.get(name)?.intersection(values);
    result.set(name, both && both.size > 0 ? both : values);
  }
  return result.size > 0 ? result : undefined;
}
