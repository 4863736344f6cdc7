import type { Edit, Severity, Span } from '../../model.ts';
import type { Flaw, FlawKind } from '../flaws.ts';
import { ACTION_TYPES } from '../lines.ts';
import { nearest } from '../spelling.ts';
import type { Lines, Report } from './subject.ts';

/** Says in words what the reader of lines stumbled over (grammar of `_actions.c` and its three readers). */
export function lexicalFaults(lines: Lines, report: Report): void {
  for (const flaw of lines.flaws) {
    const { severity, say, fix } = LEXICAL[flaw.kind];
    const span = { start: flaw.start, end: flaw.end };
    const written = lines.text.slice(flaw.start, flaw.end);
    const repair = fix?.(written, flaw, lines.text);
    report({ severity: severity(written), message: say(written), span, ...(repair && { fix: repair }) });
  }
}

type Repair = { readonly title: string; readonly edits: readonly Edit[] };

interface LexicalRule {
  severity(written: string): Severity;
  say(written: string): string;
  fix?(written: string, flaw: Flaw, text: string): Repair | undefined;
}

const error = (): Severity => 'error';
const warning = (): Severity => 'warning';

const LEXICAL: Readonly<Record<FlawKind, LexicalRule>> = {
  'byte-order-mark': {
    severity: error,
    say: () =>
      'the file begins with a byte order mark, which becomes part of the first action type; remove it',
    fix: (_, flaw) => replace('Remove the byte order mark', flaw, ''),
  },
  'line-separator': {
    severity: warning,
    say: written =>
      `character ${codePoint(written)} ends a line for pkgsend(1) but not for pkgmogrify(1) and pkgdepend(1); remove it`,
  },
  'unknown-type': {
    severity: error,
    say: written => {
      const meant = nearest(written, ACTION_TYPES);
      return `unknown action type "${written}"; ${meant ? `did you mean "${meant}"?` : `use one of ${ACTION_TYPES.slice(0, -1).join(', ')}`}`;
    },
    fix: (written, flaw) => {
      const meant = nearest(written, ACTION_TYPES);
      return meant === undefined ? undefined : replace(`Change to "${meant}"`, flaw, meant);
    },
  },
  'no-attributes': {
    severity: error,
    say: written => `this ${written} action has no attributes; add at least its key attribute, as key=value`,
  },
  'payload-not-allowed': {
    severity: error,
    say: written =>
      `"${written}" is no attribute, and this action type has no payload; write key=value, or quote values with blanks`,
  },
  'stray-word': {
    severity: error,
    say: written =>
      `"${written}" is no attribute; write key=value, and put values with blanks into quotes (a quote counts only directly after "=")`,
  },
  'missing-value': {
    severity: error,
    say: written =>
      written.endsWith('=')
        ? `${written.slice(0, -1)} has no value; write ${written}VALUE, or ${written}"" for an empty one`
        : `"${written}" has no value; write ${written}=VALUE, or quote the value before it if it belongs there`,
  },
  'missing-key': {
    severity: error,
    say: () => 'an attribute name must stand before "="; write key=value without blanks',
  },
  'quote-in-key': {
    severity: error,
    say: written =>
      `"${written}" is no attribute; a quoted value must follow "=" directly, as in key="a value"`,
  },
  'unterminated-quote': {
    severity: error,
    say: written =>
      `this quoted value has no end; close it with ${written[0]} (continue a long value with \\ at the end of the line)`,
  },
  'comment-in-action': {
    severity: written => (written.split(/\s+/).every(word => word.includes('=')) ? 'warning' : 'error'),
    say: () =>
      'a comment cannot stand inside an action, its words are read as attributes; move it to a line of its own before the action',
  },
  'glued-words': {
    severity: warning,
    say: () =>
      'the next line is glued to this word, because a continuation joins lines with nothing between; put a blank before the \\',
    fix: (_, flaw) =>
      replace('Insert a blank before the backslash', { start: flaw.start, end: flaw.start }, ' '),
  },
  'blanks-after-backslash': {
    severity: warning,
    say: () =>
      'blanks after the \\: pkgsend(1) does not continue this line, pkgmogrify(1) and pkgdepend(1) do; remove them',
    fix: (_, flaw) => replace('Remove the blanks after the backslash', flaw, ''),
  },
  'blank-in-continuation': {
    severity: warning,
    say: () =>
      'an empty line follows this \\: pkgmogrify(1) goes on behind it, the other tools end the action here; remove the \\ or the empty line',
    fix: withoutBackslash,
  },
  'open-continuation': {
    severity: error,
    say: () =>
      'the file ends in a continuation, and pkgsend(1) silently drops the unfinished action; remove the \\ or finish the action',
    fix: withoutBackslash,
  },
  'comment-swallows': {
    severity: () => 'hint',
    say: () =>
      'this comment ends in \\, so the next line belongs to it; remove the \\ if that line is meant to count',
  },
  'open-directive': {
    severity: error,
    say: () =>
      'a directive must end in ">", or pkgmogrify(1) passes the line on as an action; close it, or end the line in \\ to continue',
  },
  'unknown-directive': {
    severity: error,
    say: () => 'unknown directive; use <transform ... -> ...> or <include FILE>',
  },
};

function withoutBackslash(_: string, flaw: Flaw, text: string): Repair {
  const before = /[ \t]*$/.exec(text.slice(0, flaw.start))?.[0].length ?? 0;
  return replace('Remove the backslash', { start: flaw.start - before, end: flaw.end }, '');
}

function replace(title: string, span: Span, text: string): Repair {
  return { title, edits: [{ span: { start: span.start, end: span.end }, text }] };
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
