import { normalise } from '../paths.ts';

/**
 * The FMRI of a service or instance in its one spelling, `svc:/network/ssh` or `svc:/network/ssh:default`;
 * `undefined` for what names none: a file, a legacy script (`lrc:`), text that is no FMRI.
 *
 * As in smf(7) and libscf the scheme may be absent, `//localhost` may stand before the name, and what
 * follows the instance is a property, which belongs to it.
 */
export function serviceFmri(text: string): string | undefined {
  const found = text.length <= LONGEST ? FMRI.exec(text) : null;
  if (!found) return undefined;
  const { service, instance } = found.groups!;
  return `svc:/${service}${instance === undefined ? '' : `:${instance}`}`;
}

/** True for an FMRI of a service or instance that says so: without its scheme other text looks alike. */
export function hasScheme(text: string): boolean {
  return text.startsWith('svc:');
}

/**
 * The installed path in an FMRI of a file, `file://localhost/etc/x`, `file:///etc/x`, or a plain `/etc/x`;
 * `undefined` for what names no file on this system.
 */
export function filePathOf(text: string): string | undefined {
  const path = /^(?:file:(?:\/\/(?:localhost)?)?)?(\/[^/].*)$/s.exec(text)?.[1];
  const normal = path === undefined ? '' : normalise(path);
  return normal === '' ? undefined : normal;
}

/** Of libscf: `scf_limit(SCF_LIMIT_MAX_FMRI_LENGTH)` is well below. */
const LONGEST = 2048;

const NAME = '[A-Za-z0-9_](?:[A-Za-z0-9_.,+-]*[A-Za-z0-9_+-])?';
const FMRI = new RegExp(
  `^(?:svc:)?(?://localhost)?/?(?<service>${NAME}(?:/${NAME})*)(?::(?<instance>${NAME}))?(?:/:.*)?$`,
);
