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
  /** Of `elif`, `else`, `except` and `finally`: what they continue. */
  readonly previous: Block | undefined;
  /** Of the first part of a statement: its `except` parts. */
  readonly handlers: Block[] = [];
  readonly #bytes: Uint8Array;
  readonly #start: number;
  #end = 0;

  constructor(kind: BlockKind, parent: Block | undefined, column: number, bytes: Uint8Array, start: number) {
    this.kind = kind;
    this.parent = parent;
    this.column = column;
    this.within = kind === 'function' || parent?.within === 'function' ? 'function' : 'module';
    this.previous = CONTINUING.has(kind) ? parent?.last : undefined;
    this.#bytes = bytes;
    this.#start = start;
    if (kind === 'except') this.#first().handlers.push(this);
  }

  /** Notes where the header ends: before its colon. */
  headed(end: number): void {
    this.#end = end;
  }

  /** What an import in it stands in; see `ImportGuard`. To be asked when the whole file was read. */
  guard(): ImportGuard {
    let block: Block | undefined = this;
    for (; block !== undefined; block = block.parent) {
      const own = block.#own();
      if (own !== 'none') return own;
    }
    return 'none';
  }

  /** True in a handler: what it does is not what usually happens. */
  isHandler(): boolean {
    let block: Block | undefined = this;
    for (; block !== undefined; block = block.parent) if (block.kind === 'except') return true;
    return false;
  }

  #own(): ImportGuard {
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
        return this.handlers.some(one => CATCHES.test(one.#header())) ? 'try' : 'none';
      case 'except':
        return 'try';
      case 'else':
        return this.#elseGuard();
      default:
        return 'none';
    }
  }

  #conditional(): ImportGuard {
    return this.kind === 'if' && ALWAYS.test(this.#condition()) ? 'none' : 'condition';
  }

  /** The `else` of `if TYPE_CHECKING` always runs; that of `try` as its body. */
  #elseGuard(): ImportGuard {
    const first = this.#first();
    if (first.kind === 'try') return first.#own();
    const alone = this.previous === first && first.kind === 'if';
    return alone && first.#own() === 'type-checking' ? 'none' : 'condition';
  }

  #first(): Block {
    let block: Block = this;
    while (block.previous) block = block.previous;
    return block;
  }

  #header(): string {
    return latin(this.#bytes, this.#start, Math.min(this.#end, this.#start + LONGEST_HEADER));
  }

  #condition(): string {
    return this.#header()
      .replace(/^\w+/, '')
      .replace(/^[\s(]+|[\s)]+$/g, '');
  }
}

const CONTINUING: ReadonlySet<BlockKind> = new Set(['elif', 'else', 'except', 'finally']);
const LONGEST_HEADER = 1000;
const TYPING_ONLY = /^(?:(?:\w+\s*\.\s*)*(?:TYPE_CHECKING|MYPY)|False|0)$/;
const ALWAYS = /^(?:not\s+(?:\w+\s*\.\s*)*(?:TYPE_CHECKING|MYPY)|True|1)$/;
const SUPPRESSES = /\bsuppress\s*\(/;
/** A handler of everything, or of what a failed import raises. */
const CATCHES =
  /^except\s*\*?\s*$|\b(?:ImportError|ModuleNotFoundError|Exception|BaseException|StandardError)\b/;
