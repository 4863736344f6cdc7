import { type CatalogEntry, packageOf } from '../../core/ips/catalog.ts';
import { type PublishedFacts, readPublished } from '../../core/ips/published.ts';
import type { InputFault, Package } from '../../core/model.ts';
import { digest } from '../digest.ts';
import type { LoadedVersion } from '../index-builder.ts';
import { isFault } from '../input-fault.ts';

/** The manifest of one version, as it was found. */
export interface FoundManifest {
  /** What a catalog says of the version; its `signature` is checked where it is a SHA-1. */
  readonly entry: CatalogEntry;
  readonly publisher: string;
  /** Where the manifest is, for faults. */
  readonly path: string;
  /** Its text, or why there is none; `undefined` when it is not there. */
  readonly text: string | InputFault | undefined;
}

/** What an index keeps of a version: from its manifest, and where there is a catalog, from that. */
export function loadedManifest({ entry, publisher, path, text }: FoundManifest): LoadedVersion {
  const listed = entry.actions && readPublished(entry.actions.join('\n'), path);
  if (text === undefined || isFault(text)) {
    const why = text?.message ?? 'is missing although the catalog lists it';
    const message = `${why}: what the package delivers is not known; publish it again, or take it out with pkgrepo remove`;
    return {
      package: described(entry, publisher, listed),
      deliveries: [],
      fault: { code: 'unreadable', path, message },
    };
  }
  const manifest = readPublished(text, path);
  const fault = faultOf(path, text, manifest, entry.signature);
  return {
    package: described(entry, publisher, listed ?? manifest),
    deliveries: manifest.deliveries,
    ...(fault && { fault }),
  };
}

function described(entry: CatalogEntry, publisher: string, manifest: PublishedFacts | undefined): Package {
  if (manifest) return packageOf(entry, publisher, manifest);
  const id = { name: entry.name, version: entry.version, publisher };
  return { id, state: 'ordinary', variants: new Map(), dependencies: [] };
}

const SHA1 = /^[0-9a-f]{40}$/;

function faultOf(
  path: string,
  text: string,
  manifest: PublishedFacts,
  signature: string | undefined,
): InputFault | undefined {
  const remedy = 'what makes sense in it is used; publish it again';
  if (signature !== undefined && SHA1.test(signature) && digest('sha1', text, 'hex') !== signature) {
    return {
      code: 'malformed',
      path,
      message: `is not the manifest that the catalog lists (its SHA-1 differs); ${remedy}`,
    };
  }
  const [first] = manifest.faults;
  if (!first) return undefined;
  const line = text.slice(0, first.span.start).split('\n').length;
  return {
    code: 'malformed',
    path,
    message: `has ${manifest.faults.length} faults (line ${line}: ${first.message}); ${remedy}`,
  };
}
