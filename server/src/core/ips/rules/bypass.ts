import type { Action, Attribute } from '../lines.ts';
import { hasUnset } from '../macros.ts';
import { bypassPattern } from '../pattern.ts';
import { PatternError } from '../pattern-parser.ts';
import type { Lines, Report } from './subject.ts';

const KEY = 'pkg.depend.bypass-generate';

/** Bypass values of an action must be regular expressions (`pkgdepend(1)`). */
export function bypassPatterns(action: Action, report: Report): void {
  for (const attribute of action.attributes) if (attribute.key === KEY) judge(attribute, report);
}

/** Bypass values of the whole manifest: as those of an action, and not for everything at once. */
export function manifestBypass({ attributes }: Lines, report: Report): void {
  for (const { name, values } of attributes) {
    if (name !== KEY) continue;
    for (const attribute of values) {
      judge(attribute, report);
      if (attribute.value !== '.*' && attribute.value !== '^.*$') continue;
      const message =
        'this switches the analysis of all files off; name what is to be ignored, on the file that needs it';
      report({ severity: 'hint', message, span: valueSpan(attribute) });
    }
  }
}

function judge(attribute: Attribute, report: Report): void {
  if (hasUnset(attribute.value) || attribute.valueStart === attribute.end) return;
  const compiled = bypassPattern(attribute.value);
  if (!(compiled instanceof PatternError)) return;
  const span = valueSpan(attribute);
  if (compiled.valid) {
    const message = `this regular expression has no effect here: ${compiled.message}; write a simpler one`;
    report({ severity: 'hint', message, span });
  } else {
    const message = `this is no regular expression: ${compiled.message}; put a \\ before characters that stand for themselves`;
    report({ severity: 'error', message, span });
  }
}

function valueSpan(attribute: Attribute): { start: number; end: number } {
  return { start: attribute.valueStart, end: attribute.end };
}
