import type { Need } from './model.ts';
import { normalise } from './paths.ts';

/**
 * What a need asks for. A need is an installed path, or a name in another namespace: `dir:PATH` (a
 * directory, also one that nobody but its content makes), `user:NAME`, `group:NAME`, `smf:FMRI` (without
 * `svc:/`), `java:CLASS` (`org/example/Name`), `java:module:NAME`,
 * `java:release:17` (or newer), `java:exact:17`. Deliveries have the same spelling.
 */
export type NeedKind = 'path' | 'dir' | 'user' | 'group' | 'smf' | 'java';

/** The prefixes of needs that are no paths, without their colon. */
export const NAME_PREFIXES: readonly NeedKind[] = ['dir', 'user', 'group', 'smf', 'java'];

const PREFIX = new RegExp(`^(${NAME_PREFIXES.join('|')}):`);

/** What kind of thing a need asks for. */
export function kindOf(need: Need): NeedKind {
  return need.includes(':') ? ((PREFIX.exec(need)?.[1] as NeedKind | undefined) ?? 'path') : 'path';
}

/** What it asks for, without the prefix that tells the kind. */
export function nameOf(need: Need): string {
  return kindOf(need) === 'path' ? need : need.slice(need.indexOf(':') + 1);
}

/** Whether it asks for something at an installed path: `nameOf` is that path. */
export function isPlace(need: Need): boolean {
  const kind = kindOf(need);
  return kind === 'path' || kind === 'dir';
}

/** A need for a directory at an installed path. */
export function directoryNeed(path: string): Need {
  return `dir:${normalise(path)}`;
}

/** A need for a user. */
export function userNeed(name: string): Need {
  return `user:${name}`;
}

/** A need for a group. */
export function groupNeed(name: string): Need {
  return `group:${name}`;
}

/** A need for a service or service instance: `svc:/network/ssh:default` or `network/ssh:default`. */
export function serviceNeed(fmri: string): Need {
  return `smf:${fmri.replace(/^(svc:)?\/+/, '')}`;
}

/** Everything that who delivers these services and instances delivers: a service with each of its instances. */
export function servicesDelivered(fmris: readonly string[]): readonly Need[] {
  const needs = fmris.map(serviceNeed);
  return [...new Set(needs.flatMap(need => [need.replace(/(?<=^smf:[^:]*):.*$/, ''), need]))];
}

/** A need for a class by its internal name, `org/example/Name`. */
export function classNeed(name: string): Need {
  return `java:${name}`;
}

/** A need for a Java module by its name; no class name has a colon. */
export function moduleNeed(name: string): Need {
  return `java:module:${name}`;
}

/** A need for some `bin/java` of a Java release or a newer one. */
export function releaseNeed(release: number): Need {
  return `java:release:${release}`;
}

/** A need for some `bin/java` of exactly this Java release. */
export function exactReleaseNeed(release: number): Need {
  return `java:exact:${release}`;
}

/**
 * What classes of one library have in common, `java:org/apache/lucene`: a missing one is missed in many classes.
 * `undefined` for what is no class in a Java package.
 */
export function libraryOf(need: Need): string | undefined {
  return kindOf(need) === 'java' ? LIBRARY.exec(need)?.[0] : undefined;
}

/** Up to three parts of the name of the Java package. */
const LIBRARY = /^java:(?:[^/:]+\/){1,3}/;

/** As a user reads it: `user webservd`, `svc:/network/ssh`, `directory opt/x`, a path as it is. */
export function needText(need: Need): string {
  const name = nameOf(need);
  switch (kindOf(need)) {
    case 'dir':
      return `directory ${name}`;
    case 'smf':
      return `svc:/${name}`;
    case 'java':
      return javaText(name);
    case 'path':
      return name;
    default:
      return `${kindOf(need)} ${name}`;
  }
}

function javaText(name: string): string {
  const [, kind, rest = ''] = /^(module|release|exact):(.*)$/.exec(name) ?? [];
  if (kind === undefined) return `class ${name.replaceAll('/', '.')}`;
  if (kind === 'module') return `module ${rest}`;
  return kind === 'exact' ? `Java ${rest}` : `Java ${rest} or newer`;
}
