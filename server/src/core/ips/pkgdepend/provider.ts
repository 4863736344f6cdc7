import { parseFmri } from '../fmri.ts';
import { compareVersion, type Version } from '../version.ts';

/** A package that delivers something, as `resolve` writes it. */
export interface Provider {
  readonly name: string;
  /** `pkg:/name@release-branch`: without build and timestamp; the publisher is only there where a manifest names it. */
  readonly fmri: string;
  readonly version?: Version;
}

/** The provider that an FMRI names; a sentence where it is none. */
export function providerOf(text: string): Provider | string {
  const fmri = parseFmri(text.trimEnd());
  if (typeof fmri === 'string') return fmri;
  const { name, publisher, version } = fmri;
  const scheme = publisher === undefined ? 'pkg:/' : `pkg://${publisher}/`;
  return {
    name,
    fmri: `${scheme}${name}${version ? `@${shortVersion(version)}` : ''}`,
    ...(version && { version }),
  };
}

function shortVersion({ release, branch }: Version): string {
  return `${release.join('.')}${branch ? `-${branch.join('.')}` : ''}`;
}

/** Whether one is the same package in the same or a newer version, `is_successor` of `fmri.py`. */
export function succeeds(one: Provider, other: Provider): boolean {
  if (one.name !== other.name) return false;
  if (!other.version) return true;
  return one.version !== undefined && compareVersion(one.version, other.version) >= 0;
}

const read = new Map<string, Provider | undefined>();

/** As `providerOf`; `undefined` where the text is no FMRI, which a macro or a placeholder makes it. */
export function knownProvider(text: string): Provider | undefined {
  if (read.has(text)) return read.get(text);
  if (read.size > 10_000) read.clear();
  const found = providerOf(text);
  const provider = typeof found === 'string' ? undefined : found;
  read.set(text, provider);
  return provider;
}
