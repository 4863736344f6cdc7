import type { Manifest } from '../../../server/src/core/model.ts';

/** Manifests of a tree whose build adds dependencies by itself. */
export interface Gate {
  /** Manifests with files. */
  readonly delivering: number;
  /** Those of them that declare no `require` dependency. */
  readonly bare: number;
  /** Manifests with instructions for pkgdepend: `pkg.depend.*` attributes or `fmri=__TBD`. */
  readonly instructing: number;
}

/** Fewer manifests tell nothing about the habits of a tree. */
const FEWEST = 5;

/**
 * Recognises a gate whose build runs pkgdepend: its manifests deliver files and declare next to
 * nothing (illumos-gate, oi-userland). `undefined`: this is none.
 */
export function pkgdependGate(manifests: readonly Manifest[]): Gate | undefined {
  const packages = manifests.filter(one => !one.fragment && one.state === 'ordinary' && one.files.length > 0);
  const bare = packages.filter(one => !one.dependencies.some(({ type }) => type === 'require'));
  const instructing = manifests.filter(one => /\bpkg\.depend\.|\bfmri=__TBD\b/.test(one.text));
  const share = bare.length / packages.length;
  const recognised = packages.length >= FEWEST && share >= (instructing.length > 0 ? 0.3 : 0.6);
  if (!recognised) return undefined;
  return { delivering: packages.length, bare: bare.length, instructing: instructing.length };
}
