import { type AuthoredAction, taggedVariants } from './authored.ts';
import { Combinations, type Template, withUnknown } from './combinations.ts';
import { nameDelivered } from './named-needs.ts';
import type { Provider } from './provider.ts';

/** A file that a package delivers. */
export interface DeliveredFile {
  readonly provider: Provider;
  readonly when: Combinations;
}

/** A link that a package delivers. */
export interface DeliveredLink extends DeliveredFile {
  /** Verbatim. */
  readonly target: string;
}

/** Installed path -> who delivers it. */
export type FileMap = ReadonlyMap<string, readonly DeliveredFile[]>;
export type LinkMap = ReadonlyMap<string, readonly DeliveredLink[]>;

/** What packages deliver, while it is put together. */
export class PathMap {
  readonly files = new Map<string, DeliveredFile[]>();
  readonly links = new Map<string, DeliveredLink[]>();
  readonly #skips: (path: string) => boolean;
  readonly #known = new Map<Template, Map<string, Combinations>>();

  /** `skips`: what is left out as no possible target of a dependency. */
  constructor(skips: (path: string) => boolean = () => false) {
    this.#skips = skips;
  }

  /** Adds the files, links and names that a manifest delivers; its package has these variants. */
  addManifest(provider: Provider, actions: readonly AuthoredAction[], variants: Template): void {
    for (const action of actions) {
      const { type, attributes } = action;
      const isLink = type === 'link' || type === 'hardlink';
      const path = isLink || type === 'file' ? (attributes.get('path')?.[0] ?? '') : nameDelivered(action);
      if (path === undefined) continue;
      const when = this.when(taggedVariants(attributes), variants);
      if (isLink) this.addLink(path, { provider, when, target: attributes.get('target')?.[0] ?? '' });
      else this.addFile(path, { provider, when });
    }
  }

  addFile(path: string, file: DeliveredFile): void {
    if (this.#skips(path)) return;
    const there = this.files.get(path);
    if (there) there.push(file);
    else this.files.set(path, [file]);
  }

  addLink(path: string, link: DeliveredLink): void {
    if (this.#skips(path)) return;
    const there = this.links.get(path);
    if (there) there.push(link);
    else this.links.set(path, [link]);
  }

  /** The combinations under which an action with these tags is there, in a package of these variants. */
  when(tags: Template, variants: Template): Combinations {
    let ofPackage = this.#known.get(variants);
    if (!ofPackage) {
      ofPackage = new Map();
      this.#known.set(variants, ofPackage);
    }
    let key = '';
    for (const [name, values] of tags) key += `${name}\0${[...values].sort().join('\0')}\0\0`;
    let when = ofPackage.get(key);
    if (!when) {
      when = Combinations.of(withUnknown(tags, variants), true);
      ofPackage.set(key, when);
    }
    return when;
  }
}

/**
 * Paths that OmniOS' pkgdepend leaves out of what is delivered, so that no dependency on them is ever resolved
 * (`skip_prefix` and `skip_suffix` of `dependencies.py`).
 */
export function isSkippedByPkgdepend(path: string): boolean {
  if (path.startsWith('usr/share/man') || path.startsWith('opt/ooce/share/man')) return true;
  const dot = path.lastIndexOf('.');
  return dot >= 0 && SKIPPED.has(path.slice(dot + 1));
}

const SKIPPED: ReadonlySet<string> = new Set(
  (
    'json toml txt html mf p5m png jpg gif pdf pl pm h c rs go js d lua zig rb m4 gz zip cmake rst mo vim elc hpp ' +
    'tex eps ltx def md ins otf tikz dtx afm fd enc sty pfb htf vf tfm'
  ).split(' '),
);
