import type { ImportGuard } from './python.ts';
import { latin } from './python-bytes.ts';

/** The compound statements of Python, by what they mean for what stands in them. */
export type BlockKind =
  | 'module'
  | 'function'
  | 'class'
  | 'if'
  | 'elif'
  | 'else'
  | 'try'
  | 'except'
  | 'finally'
  | 'loop'
  | 'with'
  | 'match'
  | 'case';

/** An indented part of a Python file, and what it means for an import in it. */
export class Block {
  readonly kind: BlockKind;
  readonly parent: Block | undefined;
  readonly within: 'module' | 'function';
  /** Columns of the header, -1 of the module; and of the body, -1 until its first line is seen. */
  readonly column: number;
  bodyColumn = -1;
  narrowColumn = -1;
  /** True when the body stands in the header's line. */
  inline = false;
  /** The last compound statement directly in it: what an `else` or `except` continues. */
  last: Block | undefined;
  /** The first part of the statement that it is a part of: the `if`, the `try`; mostly itself. */
  readonly first: Block;
  /** True when it follows the first part at once. */
  readonly second: boolean;
  /** How many blocks are around it. */
  readonly depth: number;
  /** Of the first part of a statement: its `except` parts. */
  handlers: Block[] | undefined;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  #end = 0;
  #guard: ImportGuard | undefined;

  constructor(kind: BlockKind, parent: Block | undefined, column: number, bytes: Uint8Array, start: number) {
    this.kind = kind;
    this.parent = parent;
    this.column = column;
    this.within = kind === 'function' || parent?.within === 'function' ? 'function' : 'module';
    this.depth = parent ? parent.depth + 1 : 0;
    const previous = CONTINUING.has(kind) ? parent?.last : undefined;
    this.first = previous?.first ?? this;
    this.second = previous !== undefined && previous === previous.first;
    this.#bytes = bytes;
    this.#start = start;
    if (kind === 'except') {
      this.first.handlers ??= [];
      this.first.handlers.push(this);
    }
  }

  /** Notes where the header ends: before its colon. */
  headed(end: number): void {
    this.#end = end;
  }

  /** What an import in it stands in; see `ImportGuard`. To be asked when the whole file was read. */
  guard(): ImportGuard {
    let block: Block | undefined = this;
    let found: ImportGuard = 'none';
    for (; block !== undefined; block = block.parent) {
      const own = block.#own();
      if (own === 'main') found = own;
      else if (own !== 'none') return own;
    }
    return found;
  }

  /** True in a `with` whose manager is none that is known to let an ImportError through. */
  isManaged(): boolean {
    let block: Block | undefined = this;
    for (; block !== undefined; block = block.parent)
      if (block.kind === 'with' && block.#own() === 'none' && !LETS_THROUGH.test(block.#header()))
        return true;
    return false;
  }

  /** True in a handler: what it does is not what usually happens. */
  isHandler(): boolean {
    let block: Block | undefined = this;
    for (; block !== undefined; block = block.parent) if (block.kind === 'except') return true;
    return false;
  }

  #own(): ImportGuard {
    this.#guard ??= this.#ownGuard();
    return this.#guard;
  }

  #ownGuard(): ImportGuard {
    switch (this.kind) {
      case 'if':
      case 'elif':
        return TYPING_ONLY.test(this.#condition()) ? 'type-checking' : this.#conditional();
      case 'loop':
      case 'match':
        return 'condition';
      case 'with':
        return SUPPRESSES.test(this.#header()) ? 'condition' : 'none';
      case 'try':
        return this.handlers?.some(one => one.#catches()) ? 'try' : 'none';
      case 'except':
        return 'try';
      case 'else':
        return this.#elseGuard();
      default:
        return 'none';
    }
  }

  #conditional(): ImportGuard {
    if (this.kind !== 'if') return 'condition';
    const condition = this.#condition();
    if (ALWAYS.test(condition)) return 'none';
    return MAIN.test(condition) ? 'main' : 'condition';
  }

  /** The `else` of `if TYPE_CHECKING` always runs; that of `try` as its body. */
  #elseGuard(): ImportGuard {
    const { first } = this;
    if (first === this) return 'condition';
    if (first.kind === 'try') return first.#own();
    return this.second && first.kind === 'if' && first.#own() === 'type-checking' ? 'none' : 'condition';
  }

  /** Whether it may catch an ImportError: a name that is no class may stand for a tuple of them. */
  #catches(): boolean {
    const header = this.#header();
    if (CATCHES.test(header)) return true;
    const classes = header.replace(TARGET, '').slice(this.kind.length);
    return classes.match(NAMES)?.some(name => OF_CLASSES.test(name)) ?? false;
  }

  #header(): string {
    return latin(this.#bytes, this.#start, Math.min(this.#end, this.#start + LONGEST_HEADER));
  }

  #condition(): string {
    const text = this.#header();
    let start = this.kind.length;
    let end = text.length;
    while (start < end && AROUND.includes(text[start]!)) start++;
    while (end > start && AROUND.includes(text[end - 1]!)) end--;
    return text.slice(start, end);
  }
}

/** What may stand around a condition without changing it. */
const AROUND = ' \t()';
const CONTINUING: ReadonlySet<BlockKind> = new Set(['elif', 'else', 'except', 'finally']);
const LONGEST_HEADER = 1000;
const TYPING_ONLY = /^(?:(?:\w+\s*\.\s*)*(?:TYPE_CHECKING|MYPY)|False|0)$/;
const ALWAYS = /^(?:not\s+(?:\w+\s*\.\s*)*(?:TYPE_CHECKING|MYPY)|True|1)$/;
const MAIN = /^__name__\s*==\s*(['"])__main__\1$/;
const SUPPRESSES = /\bsuppress\s*\(|\b(?:ImportError|ModuleNotFoundError|Exception|BaseException)\b/;
const LETS_THROUGH = /^(?:async\s+)?with\s*\(?\s*(?:[\w.]+\.)?(?:catch_warnings|open)\s*\([^()]*\)[\s\w)]*$/;
/** What a handler binds: `as e`, in Python 2 `, e`. */
const TARGET = /(?:\bas\s+\w+|,\s*\w+)\s*$/;
/** Names that are no part of a dotted one. */
const NAMES = /(?<![\w.])[A-Za-z_]\w*(?![\w.])/g;
/** `errors`, `IMPORT_ERRORS`, `ImportErrors`; those of classes are spelled `LikeThis`. */
const OF_CLASSES = /^(?!None$)(?:_*[a-z]\w*|_*[A-Z][A-Z\d]*_\w*|\w*Import\w*)$/;
/** A handler of everything, or of what a failed import raises. */
const CATCHES =
  /^except\s*\*?\s*$|\b(?:ImportError|ModuleNotFoundError|Exception|BaseException|StandardError)\b/;
