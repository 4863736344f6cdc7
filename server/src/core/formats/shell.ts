import { parse } from 'unbash';
import { LineIndex } from '../line-index.ts';
import type { Range } from '../model.ts';

/** A program that a shell script runs by a name that stands there as it is. */
export interface ShellCommand {
  readonly name: string;
  readonly at: Range;
}

/** What is read of one shell script. */
export interface ShellScript {
  readonly commands: readonly ShellCommand[];
  /** Names of functions and aliases of its own. */
  readonly own: ReadonlySet<string>;
  /** Absolute directories of the assignments to `PATH`, in their order. */
  readonly path: readonly string[];
}

/** Bounds on hostile scripts. */
const MOST_NODES = 400_000;
const MOST_DEPTH = 200;

/** Programs that run another one, named by their first word that is no option and no assignment. */
const RUNNERS = new Set([
  'exec',
  'command',
  'nohup',
  'env',
  'sudo',
  'pfexec',
  'time',
  'nice',
  'xargs',
  'setsid',
]);

/** Reads a script of sh, bash or ksh as bash. What cannot be understood is left out; the rest counts. */
export function readShell(text: string): ShellScript {
  const walk = new Walk(text);
  walk.visit(parse(text), 0);
  return walk;
}

type Node = Readonly<Record<string, unknown>> & { readonly type?: string };

class Walk implements ShellScript {
  readonly commands: ShellCommand[] = [];
  readonly own = new Set<string>();
  readonly path: string[] = [];
  readonly #lines: LineIndex;
  readonly #seen = new Set<object>();

  constructor(text: string) {
    this.#lines = new LineIndex(text);
  }

  /** Everything of the tree that is an object; the kinds of nodes that matter are few. */
  visit(value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null || depth > MOST_DEPTH) return;
    if (this.#seen.has(value) || this.#seen.size >= MOST_NODES) return;
    this.#seen.add(value);
    if (Array.isArray(value)) {
      for (const one of value) this.visit(one, depth + 1);
      return;
    }
    const node = value as Node;
    if (node.type === 'Command') this.#command(node);
    else if (node.type === 'Function') this.own.add(wordIn(node.name)?.text ?? '');
    else if (node.type === 'Assignment') this.#assignment(node);
    for (const key of [...Object.keys(node), ...LAZY]) this.visit(node[key], depth + 1);
  }

  #command(node: Node): void {
    const words = [node.name, ...(Array.isArray(node.suffix) ? node.suffix : [])].map(wordIn);
    const [first] = words;
    if (!first) return;
    this.#add(first);
    if (first.text === 'alias') this.#aliases(node);
    if (!RUNNERS.has(first.text)) return;
    const run = words.slice(1).find(word => !word || !/^-|=/.test(word.text));
    // `command -v NAME` only asks.
    if (run && !words.some(word => word?.text === '-v' || word?.text === '-V')) this.#add(run);
  }

  #aliases({ suffix }: Node): void {
    for (const one of Array.isArray(suffix) ? (suffix as readonly Node[]) : [])
      this.own.add(String(one.type === 'Assignment' ? one.name : wordIn(one)?.text.split('=')[0]));
  }

  #assignment({ name, value }: Node): void {
    if (name !== 'PATH') return;
    const { value: text } = (value ?? {}) as Node;
    for (const directory of typeof text === 'string' ? text.split(':') : [])
      if (directory.startsWith('/') && !directory.includes('$')) this.path.push(directory);
  }

  #add({ text, pos, end }: PlainWord): void {
    this.commands.push({ name: text, at: this.#lines.rangeOf({ start: pos, end }) });
  }
}

/** What the parser only looks into when it is asked. */
const LAZY = ['parts', 'script', 'expression'];

interface PlainWord {
  readonly text: string;
  readonly pos: number;
  readonly end: number;
}

/** A word in which nothing is expanded. */
function wordIn(value: unknown): PlainWord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, value: text, pos, end, parts } = value as Node;
  if (type !== 'Word' || typeof text !== 'string' || !isLiteral(parts)) return undefined;
  return { text, pos: Number(pos), end: Number(end) };
}

function isLiteral(parts: unknown): boolean {
  if (!Array.isArray(parts)) return true;
  return parts.every((part: Node) => LITERAL.has(part.type ?? '') && isLiteral(part.parts));
}

const LITERAL = new Set(['Literal', 'SingleQuoted', 'DoubleQuoted', 'AnsiCQuoted']);
