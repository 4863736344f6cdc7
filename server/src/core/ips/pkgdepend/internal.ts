import { normalised } from './attributes.ts';
import type { AuthoredAction } from './authored.ts';
import { taggedVariants } from './authored.ts';
import { ByPlaces } from './by-places.ts';
import type { Combinations, Template } from './combinations.ts';
import { walk } from './link-walk.ts';
import { type NeedRecord, pathsIn } from './need-record.ts';
import { PathMap } from './path-map.ts';
import type { Provider } from './provider.ts';

/** Stands for the package itself. */
const SELF: Provider = { name: 'INTERNAL', fmri: 'pkg:/INTERNAL' };

/** What one package brings itself (`resolve_internal_deps` of `dependencies.py`). */
export class OwnDelivery {
  readonly #paths: PathMap;
  /** Base name of a file -> when the first of that name is there. */
  readonly #baseNames = new Map<string, Combinations>();

  readonly #open = new ByPlaces<Combinations | undefined>();

  /** `declared`: the package's own variants; `variants`: also those that are only used. */
  constructor(
    actions: readonly AuthoredAction[],
    declared: Template,
    variants: Template,
    skips: (path: string) => boolean,
  ) {
    this.#paths = new PathMap(skips);
    this.#paths.addManifest(SELF, actions, declared);
    for (const { type, attributes } of actions) {
      if (type !== 'file') continue;
      const path = attributes.get('path')?.[0] ?? '';
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (this.#baseNames.has(name)) continue;
      const tags = taggedVariants(attributes);
      this.#baseNames.set(
        name,
        this.#paths.when(tags.size > 0 ? tags : variants, tags.size > 0 ? NO_VARIANTS : variants),
      );
    }
  }

  /** What is left of a need once the package's own files are counted; `undefined` when nothing is. */
  left(record: NeedRecord): NeedRecord | undefined {
    const when = this.#open.of(record, record.when, () => this.#walked(record));
    if (!when) return undefined;
    const [file = ''] = record.files;
    const elsewhere = record.kind === 'elf' && when.isSatisfied ? this.#baseNames.get(file) : undefined;
    if (!elsewhere) return when === record.when ? record : { ...record, when };
    return { ...record, when: record.when.satisfiedBy(elsewhere), warning: true };
  }

  #walked(record: NeedRecord): Combinations | undefined {
    let when = record.when;
    for (const path of pathsIn(record)) {
      const asked = record.whole.length > 0 ? path : normalised(path);
      for (const reached of walk(asked, this.#paths.files, this.#paths.links, record.when).reached) {
        when = when.satisfiedBy(reached.when);
        if (when.isSatisfied) return undefined;
      }
    }
    return when;
  }
}

const NO_VARIANTS: Template = new Map();
