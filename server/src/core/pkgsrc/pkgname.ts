/** A package's name and version, as `PKGNAME` joins them with a `-`. */
export interface PackageName {
  readonly name: string;
  /** Empty when there is no `-`. */
  readonly version: string;
}

/** Splits at the last `-`, as pkg_install does: a version has none. */
export function splitPkgname(pkgname: string): PackageName {
  const at = pkgname.lastIndexOf('-');
  return at < 0
    ? { name: pkgname, version: '' }
    : { name: pkgname.slice(0, at), version: pkgname.slice(at + 1) };
}

/**
 * Whether a text can be the `PKGNAME` of a package that a job is told to install: name and version, of letters,
 * digits and `. _ + , ~ : @ =` `-`, the first a letter or digit. Tools accept more, but no package has it.
 */
export function isPkgname(text: string): boolean {
  return text.length <= 255 && PKGNAME.test(text);
}

const PKGNAME = /^[A-Za-z0-9][\w.+,~:@=-]*-[\w.+,~:@=]+$/;
