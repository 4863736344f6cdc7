import { formatVersion, parseVersion, type Version } from './version.ts';

/** A package FMRI: `[pkg:][//publisher/][/]name[@version]`. */
export interface Fmri {
  readonly name: string;
  readonly publisher?: string;
  readonly version?: Version;
}

/** The parts of an FMRI as they stand in the text, unjudged: each may contain macros. */
export interface FmriParts {
  /** `pkg:/`, `pkg://`, `//`, `/` or nothing, as written, without the publisher. */
  readonly scheme: string;
  readonly publisher: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
}

const PUBLISHER = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_\-.+]*(?:\/[A-Za-z0-9][A-Za-z0-9_\-.+]*)*$/;

/** Reads an FMRI; a text that is none gives a sentence that says why. */
export function parseFmri(text: string): Fmri | string {
  const parts = splitFmri(text);
  const why = faultOf(text, parts);
  if (why !== undefined) return why;
  const version = parts.version === undefined ? undefined : parseVersion(parts.version);
  return {
    name: parts.name,
    ...(parts.publisher !== undefined && { publisher: parts.publisher }),
    ...(version && { version }),
  };
}

/** Writes an FMRI in full: `pkg://publisher/name@version`, `pkg:/name` without a publisher. */
export function formatFmri(fmri: Fmri): string {
  const publisher = fmri.publisher === undefined ? '' : `/${fmri.publisher}/`;
  return `pkg:/${publisher}${fmri.name}${fmri.version ? `@${formatVersion(fmri.version)}` : ''}`;
}

/** Takes an FMRI apart without judging the parts; the last `@` begins the version. */
export function splitFmri(text: string): FmriParts {
  const at = text.lastIndexOf('@');
  const version = at < 0 ? undefined : text.slice(at + 1);
  const head = at < 0 ? text : text.slice(0, at);
  const scheme = /^(?:pkg:)?\/{0,2}/.exec(head)?.[0] ?? '';
  const rest = head.slice(scheme.length);
  if (!scheme.endsWith('//')) return { scheme, publisher: undefined, name: rest, version };
  const slash = rest.indexOf('/');
  if (slash < 0) return { scheme, publisher: rest, name: '', version };
  const publisher = slash === 0 ? undefined : rest.slice(0, slash);
  return { scheme, publisher, name: rest.slice(slash + 1), version };
}

function faultOf(text: string, parts: FmriParts): string | undefined {
  if (text.startsWith('pkg:') && !text.startsWith('pkg:/')) return 'a "/" must follow "pkg:"';
  if (parts.publisher !== undefined && !PUBLISHER.test(parts.publisher)) {
    return `"${parts.publisher}" is no publisher name (letters, digits, "_", "." and "-")`;
  }
  if (parts.name === '') return 'it has no package name';
  if (!NAME.test(parts.name)) {
    return `"${parts.name}" is no package name (components of letters, digits and "_-.+", separated by "/")`;
  }
  if (parts.version !== undefined && !parseVersion(parts.version)) {
    return `"${parts.version}" is no version (release[,build][-branch][:timestamp], numbers without leading zeros)`;
  }
  return undefined;
}
