/** Stands in a run path for what pkgdepend found by itself. */
const DETECTED = '$PKGDEPEND_RUNPATH';

/** A run path of the manifest with what was detected in place of `$PKGDEPEND_RUNPATH`; a sentence where it stands twice. */
export function defaultInserted(
  detected: readonly string[],
  given: readonly string[],
): readonly string[] | string {
  const at = given.indexOf(DETECTED);
  if (at < 0) return given;
  const all = [...given.slice(0, at), ...detected, ...given.slice(at + 1)];
  return all.includes(DETECTED)
    ? `pkg.depend.runpath holds ${DETECTED} more than once; keep one of them`
    : all;
}

/** The directories of `pkg.depend.runpath`; a sentence where its values are no run path. */
export function runPathOf(values: readonly string[]): readonly string[] | string {
  if (values.length !== 1)
    return 'pkg.depend.runpath is given more than once; write its directories as one value, separated by colons';
  const entries = (values[0] ?? '').split(':');
  return entries.every(entry => entry === '')
    ? 'pkg.depend.runpath names no directory; write them separated by colons'
    : entries;
}
