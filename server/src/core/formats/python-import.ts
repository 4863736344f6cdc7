import { Byte, IDENTIFIER, latin } from './python-bytes.ts';
import type { PythonLexer } from './python-lexer.ts';

/** A module that an import statement names, by byte offsets. */
export interface NamedModule {
  readonly module: string;
  readonly level: number;
  readonly names?: readonly string[];
  readonly start: number;
  readonly end: number;
}

/**
 * Reads an `import` statement, `at` after the keyword. Answers what it could make out of it, and reports what
 * is wrong.
 */
export function readImport(lexer: PythonLexer): readonly NamedModule[] {
  const found: NamedModule[] = [];
  do {
    lexer.blanks();
    const named = dotted(lexer);
    if (named.module === '') {
      lexer.report('A module name is missing after import; write it', lexer.at);
      return found;
    }
    found.push({ ...named, level: 0 });
    alias(lexer);
  } while (take(lexer, Byte.comma));
  return found;
}

/** Reads a `from` statement, `at` after the keyword; `undefined` when it names nothing. */
export function readFrom(lexer: PythonLexer): NamedModule | undefined {
  lexer.blanks();
  const start = lexer.at;
  let level = 0;
  let end = start;
  while (take(lexer, Byte.dot)) {
    level++;
    end = lexer.at;
    lexer.blanks();
  }
  const named = lexer.bytes[lexer.at] === undefined ? undefined : dotted(lexer, 'import');
  const module = named?.module ?? '';
  if (module !== '') end = named!.end;
  const names = importedNames(lexer);
  if (names.length === 0 || (module === '' && level === 0)) {
    lexer.report(
      'The import is not complete; write from MODULE import NAME',
      start,
      Math.max(end, start + 1),
    );
    if (module === '' && level === 0) return undefined;
  }
  return { module, level, names, start, end };
}

function importedNames(lexer: PythonLexer): readonly string[] {
  lexer.blanks();
  if (!takeWord(lexer, 'import')) return [];
  lexer.blanks();
  if (take(lexer, Byte.star)) return ['*'];
  const loose = take(lexer, Byte.paren);
  const opened = lexer.at - 1;
  const names: string[] = [];
  do {
    lexer.blanks(loose);
    const name = identifier(lexer);
    if (name === '') break;
    names.push(name);
    alias(lexer, loose);
  } while (take(lexer, Byte.comma));
  if (loose && !take(lexer, Byte.closingParen))
    lexer.report('"(" is never closed; write its closing bracket', opened);
  return names;
}

/** `as name`, which is of no interest; goes to what follows. */
function alias(lexer: PythonLexer, loose = false): void {
  lexer.blanks(loose);
  if (!takeWord(lexer, 'as')) return;
  lexer.blanks(loose);
  if (identifier(lexer) === '') lexer.report('A name is missing after as; write it', lexer.at);
  lexer.blanks(loose);
}

/** A dotted name; blanks may stand around its dots. Empty where none is, or only the word `not`. */
function dotted(lexer: PythonLexer, not?: string): { module: string; start: number; end: number } {
  const start = lexer.at;
  let module = identifier(lexer);
  let end = lexer.at;
  if (module === not) {
    lexer.at = start;
    return { module: '', start, end: start };
  }
  for (;;) {
    lexer.blanks();
    if (module === '' || !take(lexer, Byte.dot)) return { module, start, end };
    lexer.blanks();
    const part = identifier(lexer);
    if (part === '') {
      lexer.report('A name is missing after the dot; write it', lexer.at);
      return { module, start, end };
    }
    module += `.${part}`;
    end = lexer.at;
  }
}

function take(lexer: PythonLexer, byte: number): boolean {
  if (lexer.bytes[lexer.at] !== byte) return false;
  lexer.at++;
  return true;
}

function takeWord(lexer: PythonLexer, word: string): boolean {
  const { bytes, at } = lexer;
  const end = at + word.length;
  if (IDENTIFIER[bytes[end] ?? 0] === 1) return false;
  for (let offset = 0; offset < word.length; offset++)
    if (bytes[at + offset] !== word.charCodeAt(offset)) return false;
  lexer.at = end;
  return true;
}

/** An identifier, as CPython compares it: in NFKC (PEP 3131). Empty where none is. */
function identifier(lexer: PythonLexer): string {
  const { bytes, at } = lexer;
  let end = at;
  let all = 0;
  while (end < bytes.length && IDENTIFIER[bytes[end]!] === 1) all |= bytes[end++]!;
  lexer.at = end;
  if (all < 0x80) return latin(bytes, at, end);
  return new TextDecoder().decode(bytes.subarray(at, end)).normalize('NFKC');
}
