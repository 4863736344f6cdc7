/** A macro without a value in a name: it stands for any text. */
export const MACRO: RegExp = /\$!?\([^)]*\)/;

/**
 * Whether the name of a package is not known, because a macro in it has no value. Two packages that are written alike
 * may then be different ones: in a gate, `$(COMPONENT_FMRI)` is another package in each component.
 */
export function isOpenName(name: string): boolean {
  return name.includes('$') && MACRO.test(name);
}
