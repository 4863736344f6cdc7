import { parseFmri } from '../fmri.ts';
import type { Action } from '../lines.ts';
import { hasUnset } from '../macros.ts';
import type { PackageAttribute } from '../package-facts.ts';
import { manifestBypass } from './bypass.ts';
import type { Lines, Report } from './subject.ts';

/** Judges `set` actions: how they are written, and the values of package attributes that have rules. */
export function setFaults(lines: Lines, report: Report): void {
  for (const action of lines.actions) if (action.type === 'set') form(action, lines.fragment, report);
  for (const attribute of lines.attributes) {
    singleValue(attribute, report);
    packageNames(attribute, report);
  }
  manifestBypass(lines, report);
}

/** `name=N value=V`, or one attribute alone (`attribute.py`). */
function form(action: Action, fragment: boolean, report: Report): void {
  const { attributes } = action;
  const first = attributes[0];
  if (!first || action.bare.length > 0) return;
  const name = attributes.find(one => one.key === 'name');
  if (name && attributes.some(one => one.key === 'value')) return;
  if (name && attributes.length === 1) {
    const message = `this sets the attribute "name" to "${name.value}"; write set name=${name.value} value=VALUE`;
    report({ severity: 'warning', message, span: { start: name.start, end: name.end } });
  } else if (attributes.length > 1 && !(fragment && name)) {
    const message = name
      ? `this set action lacks value; write set name=${name.value} value=VALUE`
      : `the short form of set takes a single attribute; write set name=${first.key} value=${first.value} before the others`;
    report({
      severity: 'error',
      message,
      span: { start: action.typeStart, end: action.typeStart + action.type.length },
    });
  }
}

/** Package attributes that have one value (`attribute.py`). */
const SINGLE: ReadonlySet<string> = new Set([
  'pkg.fmri',
  'pkg.summary',
  'pkg.description',
  'pkg.obsolete',
  'pkg.renamed',
  'pkg.legacy',
  'pkg.depend.explicit-install',
]);

function singleValue({ name, values }: PackageAttribute, report: Report): void {
  const second = values[1];
  if (!second || !SINGLE.has(name)) return;
  const message = `${name} has one value; keep one, or quote a value with blanks`;
  report({ severity: 'error', message, span: { start: second.start, end: second.end } });
}

/** Values that must be package FMRIs: the package's own, and those of `pkg.additional-*` actuators. */
function packageNames({ name, values }: PackageAttribute, report: Report): void {
  if (name !== 'pkg.fmri' && !name.startsWith('pkg.additional-')) return;
  for (const { value, valueStart, end } of values) {
    const read = hasUnset(value) || valueStart === end ? undefined : parseFmri(value);
    if (typeof read !== 'string') continue;
    const message = `"${value}" is no package FMRI: ${read}`;
    report({ severity: 'error', message, span: { start: valueStart, end } });
  }
}
