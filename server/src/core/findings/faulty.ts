import type { CaughtFault } from '../collect.ts';
import type { FileEntry, Finding } from '../model.ts';
import type { FindingKind } from './finding-kind.ts';

/** A payload that is missing, unreadable or malformed. */
export const faulty: FindingKind = {
  code: 'faulty',
  title: 'The payload is missing, unreadable or malformed.',
  doc: `A \`file\` action names a payload that is in none of the proto areas, cannot be read, or is damaged:
a truncated ELF file, a \`#!\` line with a relative interpreter, a run path that names a token without a value.
What could be read of the file is still analysed.

**Severity:** warning. A hint for payload whose name contains a macro without a value: one for each manifest.

**What to do:** build the file, correct the action's path or payload word, or add the directory to \`proto\`
in \`packwright.yaml\`; give macros a value under \`macros\`. Nothing is said while no proto area is built yet.`,
};

/** The finding for one fault of one payload. */
export function faultyPayload({ file, fault, location }: CaughtFault): Finding {
  const place = location ? { file: location, ...(fault.at && { range: fault.at }) } : undefined;
  return {
    code: faulty.code,
    severity: 'warning',
    confidence: 'certain',
    message: fault.message,
    span: file.span,
    payloadPlaces: location && fault.at ? [{ file: location, range: fault.at }] : [],
    neededBy: [file.path],
    anyOf: [],
    candidates: [],
    variants: [],
    proof: [{ text: `${file.path}: ${fault.message}`, ...(place && { place }) }],
    fixes: [],
  };
}

/** The one hint for all payload that macros without a value hide. */
export function unsetMacros(files: readonly FileEntry[]): Finding | undefined {
  const [first] = files;
  if (!first) return undefined;
  const names = [...new Set(files.flatMap(file => file.unset))].sort();
  const shown = names.slice(0, 5).map(name => `$(${name})`);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
  const count = files.length === 1 ? '1 payload is' : `${files.length} payloads are`;
  return {
    code: faulty.code,
    severity: 'hint',
    confidence: 'certain',
    message: `${count} not analysed: ${shown.join(', ')}${more} ${names.length === 1 ? 'has' : 'have'} no value; set it under macros in packwright.yaml`,
    span: first.span,
    payloadPlaces: [],
    neededBy: [],
    anyOf: [],
    candidates: [],
    variants: [],
    proof: [],
    fixes: [],
  };
}
