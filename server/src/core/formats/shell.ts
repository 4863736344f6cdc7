import { parse } from 'unbash';
import { LineIndex } from '../line-index.ts';
import type { Range } from '../model.ts';

/** A program that a shell script runs, or a file that it reads, by a name that stands there as it is. */
export interface ShellCommand {
  readonly name: string;
  /** `reads`: what `.` or `source` takes commands from, an absolute path. */
  readonly how: 'runs' | 'reads';
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

/**
 * Programs that run another one, named by their first word that is no option and no assignment; with the options
 * that take the word behind them.
 */
const RUNNERS: ReadonlyMap<string, string> = new Map([
  ['exec', 'a'],
  ['command', ''],
  ['nohup', 'p'],
  ['env', 'uC'],
  ['sudo', 'ugChpRT'],
  ['pfexec', 'P'],
  ['time', 'fo'],
  ['nice', 'n'],
  ['xargs', 'nILPsEda'],
  ['setsid', ''],
]);

/** Reads a script of sh, bash or ksh as bash. What cannot be understood is left out; the rest counts. */
export function readShell(text: string): ShellScript {
  const walk = new Walk(text);
  walk.visit(parse(text), 0);
  return walk;
}

/** They take commands from a file. */
const READERS: ReadonlySet<string> = new Set(['.', 'source']);

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
    if (READERS.has(first.text)) this.#read(words[1]);
    this.#add(first, 'runs');
    if (first.text === 'alias') this.#aliases(node);
    const taking = RUNNERS.get(first.text);
    if (taking === undefined) return;
    const takes = (word: PlainWord | undefined) => /^-(.)$/.exec(word?.text ?? '')?.[1];
    const run = words
      .slice(1)
      .find((word, at) => (!word || !/^-|=/.test(word.text)) && !taking.includes(takes(words[at]) ?? ' '));
    // `command -v NAME` only asks.
    if (run && !words.some(word => word?.text === '-v' || word?.text === '-V')) this.#add(run, 'runs');
  }

  #read(word: PlainWord | undefined): void {
    if (word?.text.startsWith('/')) this.#add(word, 'reads');
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

  #add({ text, pos, end }: PlainWord, how: ShellCommand['how']): void {
    this.commands.push({ name: text, how, at: this.#lines.rangeOf({ start: pos, end }) });
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
