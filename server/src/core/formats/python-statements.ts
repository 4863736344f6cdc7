import { isStatementOfPython2 } from './python-2.ts';
import { Block, type BlockKind } from './python-blocks.ts';
import { Byte, isLineEnd, latin } from './python-bytes.ts';
import type { LexicalFault } from './python-cursor.ts';
import { type NamedModule, readFrom, readImport } from './python-import.ts';
import { type Word, wordAt } from './python-keywords.ts';
import { type End, PythonLexer } from './python-lexer.ts';

/** An import and the block in which it stands, by byte offsets. */
export interface RawImport extends NamedModule {
  readonly block: Block;
  readonly late: boolean;
}

/**
 * The statement level of Python: which block each statement stands in (`tokenizer.c`, indentation), and
 * which statements import. Everything else is only passed over.
 */
export class PythonStatements {
  readonly imports: RawImport[] = [];
  readonly addedDirectories: string[] = [];
  changesPath = false;
  readonly #lexer: PythonLexer;
  readonly #major: number | undefined;
  #block: Block;
  #late = false;

  constructor(bytes: Uint8Array, start: number, major: number | undefined) {
    this.#lexer = new PythonLexer(bytes, start);
    this.#major = major;
    this.#block = new Block('module', undefined, -1, bytes, start);
    this.#block.bodyColumn = 0;
    this.#block.narrowColumn = 0;
  }

  /** What is wrong in every version, or in the version asked for. */
  get fault(): LexicalFault | undefined {
    return this.#lexer.fault;
  }

  /** Reads the whole file. */
  run(): void {
    const lexer = this.#lexer;
    while (lexer.line()) {
      this.#indent();
      while (this.#statement());
    }
    if (this.#block.bodyColumn < 0 && !this.#block.inline) this.#bodiless(this.#block);
  }

  // -------------------------------------------------------------------------------------------
  // Indentation

  #indent(): void {
    const { column, narrowColumn } = this.#lexer;
    const awaiting = this.#block;
    if (awaiting.bodyColumn < 0 && !awaiting.inline) {
      if (column > awaiting.column) {
        awaiting.bodyColumn = column;
        awaiting.narrowColumn = narrowColumn;
        return;
      }
      this.#bodiless(awaiting);
    }
    let left: Block | undefined;
    while (this.#block.parent && (this.#block.bodyColumn < 0 || column < this.#block.bodyColumn)) {
      left = this.#block;
      this.#block = this.#block.parent;
    }
    if (column !== this.#block.bodyColumn) this.#misplaced(left !== undefined);
    else if (narrowColumn !== this.#block.narrowColumn && this.#major !== undefined && this.#major >= 3)
      this.#report(
        'Tabs and spaces are mixed so that the indentation depends on the width of a tab; use spaces',
      );
  }

  #misplaced(dedented: boolean): void {
    if (dedented && this.#lexer.column < this.#block.bodyColumn) return;
    const message = dedented
      ? 'The indentation is that of no block around it; indent the line like one of them'
      : 'The line is indented without a reason; indent it like the one before it';
    this.#report(message);
  }

  #bodiless(block: Block): void {
    this.#report(`The ${block.kind} before has no body; indent what belongs to it, or write pass`);
  }

  #report(message: string): void {
    const { at } = this.#lexer;
    this.#lexer.report(message, at);
  }

  // -------------------------------------------------------------------------------------------
  // Statements

  /** Reads one statement; true when another one follows in the same line. */
  #statement(): boolean {
    const lexer = this.#lexer;
    const start = lexer.at;
    const word = wordAt(lexer.bytes, start);
    if (word === undefined) return this.#follows(lexer.scan(false));
    const kind = this.#kindOf(word);
    if (kind !== undefined) return this.#compound(kind, word, start);
    this.#simple(word, start);
    return this.#follows(lexer.scan(false));
  }

  /** Whether another statement follows in the line; goes to it. */
  #follows(end: End): boolean {
    const lexer = this.#lexer;
    if (end !== 'semicolon') return false;
    lexer.at++;
    lexer.blanks();
    const next = lexer.bytes[lexer.at];
    return next !== undefined && !isLineEnd(next) && next !== Byte.hash;
  }

  /** What kind of block a word begins; `async`, `match` and `case` only do in front of what fits. */
  #kindOf(word: Word): BlockKind | undefined {
    const kind = KINDS[word];
    const lexer = this.#lexer;
    if (kind !== undefined || (word !== 'async' && word !== 'match' && word !== 'case')) return kind;
    const rest = latin(lexer.bytes, lexer.at, Math.min(lexer.at + LONGEST_START, lexer.end));
    if (word === 'async') {
      const what = /^async[ \t]+(def|for|with)\b/.exec(rest)?.[1];
      return what === undefined ? undefined : KINDS[what as Word];
    }
    if (word === 'case') return this.#block.kind === 'match' ? 'case' : undefined;
    return SUBJECT.test(rest) ? 'match' : undefined;
  }

  #compound(kind: BlockKind, word: Word, start: number): boolean {
    const lexer = this.#lexer;
    lexer.at += word.length;
    const end = this.#header(start);
    if (end !== 'colon') {
      if (kind !== 'match') lexer.report(`The ${word} has no colon; end its line with one`, start, lexer.at);
      return this.#follows(end);
    }
    const colon = lexer.at;
    lexer.at++;
    lexer.blanks();
    const next = lexer.bytes[lexer.at];
    const inline = next !== undefined && !isLineEnd(next) && next !== Byte.hash;
    if (inline && kind === 'match') return this.#follows(lexer.scan(false));
    const parent = this.#block;
    if (parent.depth >= MOST_BLOCKS) return this.#tooDeep(inline);
    const block = new Block(kind, parent, lexer.column, lexer.bytes, start);
    block.headed(colon);
    block.inline = inline;
    parent.last = block;
    this.#block = block;
    if (!inline) lexer.scan(false);
    return inline;
  }

  #tooDeep(inline: boolean): boolean {
    this.#report('Blocks are nested too deeply to be told apart; what stands in them is read as one');
    if (!inline) this.#lexer.scan(false);
    return inline;
  }

  /** Goes to the colon of a header; those of `lambda` are not, which only a body in the same line leaves in doubt. */
  #header(start: number): End {
    const lexer = this.#lexer;
    let end = lexer.scan(true);
    for (let colons = 1; end === 'colon' && !this.#endsLine(lexer.at + 1); colons++) {
      if (lambdasIn(latin(lexer.bytes, start, Math.min(lexer.at, start + LONGEST_START))) < colons) break;
      lexer.at++;
      end = lexer.scan(true);
    }
    return end;
  }

  /** True when nothing but blanks and a comment follow in the line. */
  #endsLine(from: number): boolean {
    const { bytes } = this.#lexer;
    let at = from;
    while (bytes[at] === Byte.space || bytes[at] === Byte.tab) at++;
    const next = bytes[at];
    return next === undefined || isLineEnd(next) || next === Byte.hash;
  }

  #simple(word: Word, start: number): void {
    const lexer = this.#lexer;
    if (word === 'import') {
      lexer.at += word.length;
      for (const named of readImport(lexer)) this.#add(named);
      this.#endsHere();
    } else if (word === 'from') {
      lexer.at += word.length;
      const named = readFrom(lexer);
      if (named) this.#add(named);
      this.#endsHere();
    } else if (word === 'print' || word === 'exec') this.#oldStatement(word, start);
    else this.#call(word, start);
  }

  #add(named: NamedModule): void {
    const block = this.#block;
    if (this.imports.length >= MOST_IMPORTS) {
      this.#report(`The file has more than ${MOST_IMPORTS} imports, and only those are looked at`);
      return;
    }
    const late = (this.#late && block.within === 'module') || block.isManaged();
    this.imports.push({ ...named, block, late });
    // Its `path` is changed without naming it.
    if (named.module === 'sys' && named.names?.some(name => name === 'path' || name === '*'))
      this.changesPath = true;
  }

  /** After an import nothing else can follow. */
  #endsHere(): void {
    const lexer = this.#lexer;
    lexer.blanks();
    const next = lexer.bytes[lexer.at];
    if (next === undefined || isLineEnd(next) || next === Byte.hash || next === Byte.semicolon) return;
    lexer.report('The import is followed by what does not belong to it; correct it', lexer.at);
  }

  #oldStatement(word: 'print' | 'exec', start: number): void {
    const lexer = this.#lexer;
    if (this.#major === undefined || this.#major < 3 || !isStatementOfPython2(lexer.bytes, start, word))
      return;
    lexer.report(`${word} is a function in Python 3; write ${word}(…)`, start, start + word.length);
  }

  /** `raise` and `sys.exit()` may end the run; `sys.path.append()` changes where modules are looked for. */
  #call(word: Word, start: number): void {
    const lexer = this.#lexer;
    const text =
      word === 'raise' ? '' : latin(lexer.bytes, start, Math.min(start + LONGEST_START, lexer.end));
    const ends = word === 'raise' || EXITS.test(text);
    if (ends && this.#block.within === 'module' && !this.#block.isHandler()) this.#late = true;
    if (!CHANGES_PATH.test(text)) return;
    this.changesPath = true;
    const directory = ADDS.exec(text)?.[2];
    if (directory !== undefined && this.addedDirectories.length < MOST_DIRECTORIES)
      this.addedDirectories.push(directory);
  }
}

const KINDS: Readonly<Partial<Record<Word, BlockKind>>> = {
  def: 'function',
  class: 'class',
  if: 'if',
  elif: 'elif',
  else: 'else',
  try: 'try',
  except: 'except',
  finally: 'finally',
  for: 'loop',
  while: 'loop',
  with: 'with',
};

/** How far into a statement is looked. */
const LONGEST_START = 200;
const MOST_DIRECTORIES = 16;
const MOST_IMPORTS = 20_000;
/** CPython reads 100. */
const MOST_BLOCKS = 200;
/** `match` and the beginning of what it matches, and not of an operator, a call's end or an assignment. */
const SUBJECT = /^match(?:[ \t]+(?:[\w"'~]|\.{3})|[ \t]*[([{*-]|[ \t]*[^\x00-\x7f])/;

const EXITS = /^(?:sys[ \t]*\.[ \t]*exit|exit|quit)[ \t]*\(/;
const CHANGES_PATH =
  /^(?:sys\.path(?:\.(?:insert|append|extend)[ \t]*\(|[ \t]*(?:=(?!=)|\+=|\[))|site\.addsitedir[ \t]*\(|sys\.modules\[)/;
const ADDS =
  /^(?:sys\.path\.(?:append[ \t]*\(|insert[ \t]*\([ \t]*\d+[ \t]*,)|site\.addsitedir[ \t]*\()[ \t]*(["'])(\/[^"'\\\n]*)\1[ \t]*\)/;

/** How many `lambda` stand outside brackets. */
function lambdasIn(header: string): number {
  if (!header.includes('lambda')) return 0;
  let text = header;
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\([^()[\]{}]*\)|\[[^()[\]{}]*\]|\{[^()[\]{}]*\}/g, '');
  }
  return text.match(/\blambda\b/g)?.length ?? 0;
}
