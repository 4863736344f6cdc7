import type { Range } from '../model.ts';
import { codeOf } from './perl-code.ts';
import { directoriesIn } from './perl-directories.ts';

/** What a Perl file asks for at one place. */
export interface PerlUse {
  /** `module`: `Foo::Bar`; `file`: a path as in `require "foo.pl"`; `library`: the object that XSLoader loads. */
  readonly kind: 'module' | 'file' | 'library';
  readonly name: string;
  /** Of the name; zero-based lines, UTF-16 columns. */
  readonly at: Range;
  /** It may be absent without harm as far as one can see: within `eval`, behind a condition, or in a block. */
  readonly guarded: boolean;
}

/** What is read of one Perl file. */
export interface PerlFile {
  readonly uses: readonly PerlUse[];
  /**
   * Directories of `use lib` and `@INC`, in the order in which they are searched: absolute, or `./…` from the
   * directory of the file.
   */
  readonly directories: readonly string[];
  /** True when there are others, which only are known when it runs. */
  readonly openSearch: boolean;
}

/** No real file adds more. */
const MOST_DIRECTORIES = 100;
/** A statement over more lines than this is cut. */
const MOST_LINES = 40;

/**
 * Reads the `use`, `no` and `require` statements of a Perl file (`perlfunc(1)`), line by line: POD, comments, here
 * documents and what follows `__END__` are left out. It is no parser of Perl: a statement counts where it begins a
 * line or follows `;`, `{` or `}`, and braces are counted as they come.
 */
export function readPerl(text: string): PerlFile {
  const reader = new Reader(codeOf(text));
  while (reader.next());
  const { uses, directories, openSearch } = reader;
  return { uses, directories, openSearch };
}

/** How much of a line tells what a statement is in, and how long it may be (UTF-16 units). */
const NEAR = 80;
const LONGEST = 2000;

const MODULE = /^[A-Za-z_]\w*(?:(?:::|')\w+)*/;
const PACKAGE = /^\s*package\s+([A-Za-z_]\w*(?:::\w+)*)/;
const STATEMENT =
  /(^|[;{}])(\s*)(use|no|require|XSLoader::load|bootstrap|(?:unshift|push)(?=\s*\(?\s*@INC))\b(\s*\(?\s*)/g;

class Reader {
  readonly uses: PerlUse[] = [];
  readonly directories: string[] = [];
  openSearch = false;
  readonly #lines: readonly string[];
  #line = -1;
  #depth = 0;
  /** The package that the line is in; empty before the first. */
  #package = '';

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  /** Takes one line; false at the end. */
  next(): boolean {
    if (++this.#line >= this.#lines.length) return false;
    const line = this.#lines[this.#line] ?? '';
    this.#package = PACKAGE.exec(line)?.[1] ?? this.#package;
    if (/\b(?:use|no|require|XSLoader|bootstrap)\b|@INC\b/.test(line)) this.#statements(line);
    if (/@INC\s*=/.test(line)) this.openSearch = true;
    this.#depth = Math.max(0, this.#depth + balance(line));
    return true;
  }

  #statements(line: string): void {
    let depth = this.#depth;
    let counted = 0;
    for (const match of line.matchAll(STATEMENT)) {
      const [whole, , , verb = ''] = match;
      const start = match.index + whole.length;
      depth += balance(line.slice(counted, match.index + 1));
      counted = match.index + 1;
      const before = line.slice(Math.max(0, counted - NEAR), counted);
      const inside = depth > 0 || /\beval\b/.test(before);
      const rest = line.slice(start, start + LONGEST);
      this.#statement(verb, rest, start, inside && !/\bBEGIN\s*\{$/.test(before.trim()));
    }
  }

  #statement(verb: string, rest: string, column: number, inside: boolean): void {
    const name = MODULE.exec(rest)?.[0];
    const guarded = inside || /^[^;]*\b(?:if|unless)\b/.test(rest.slice(name?.length ?? 0));
    if (verb === 'XSLoader::load' || verb === 'bootstrap') this.#library(rest, column, guarded);
    else if (verb === 'require') this.#require(name, rest, column, guarded);
    else if (verb === 'push' || verb === 'unshift') this.#lib(rest.replace(/^@INC\s*,/, ''), verb);
    else if (name !== undefined) this.#use(verb, name, rest, column, guarded);
  }

  #use(verb: string, name: string, rest: string, column: number, guarded: boolean): void {
    if (name === 'lib') {
      if (verb === 'use') this.#lib(rest.replace(/^lib\b/, ''), 'unshift');
    } else if (name === 'if') this.#conditional(rest, column);
    else if (!isVersion(rest)) {
      this.#add('module', name, column, guarded);
      if (name === 'parent' || name === 'base') this.#parents(column, guarded);
    }
  }

  #require(name: string | undefined, rest: string, column: number, guarded: boolean): void {
    if (name === undefined) this.#file(rest, column, guarded);
    // What is called, or is a key of a hash, is no module.
    else if (!isVersion(rest) && !/^\s*(?:\(|=>|->)/.test(rest.slice(name.length)))
      this.#add('module', name, column, guarded);
  }

  #lib(list: string, how: 'push' | 'unshift'): void {
    const { found, all } = directoriesIn(list, wordsIn);
    if (this.directories.length < MOST_DIRECTORIES) this.directories[how](...found);
    if (!all) this.openSearch = true;
  }

  /** `use if CONDITION, MODULE => …`. */
  #conditional(rest: string, column: number): void {
    const match = /^if\b.*?,\s*(['"]?)([A-Za-z_]\w*(?:::\w+)*)\1/.exec(rest);
    if (match?.[2]) this.#add('module', match[2], column + match[0].lastIndexOf(match[2]), true);
  }

  /** The classes that `use parent` and `use base` name, on this line and those that the statement goes on over. */
  #parents(column: number, guarded: boolean): void {
    const first = (this.#lines[this.#line] ?? '').slice(column, column + LONGEST);
    if (/^\w+\s+-norequire/.test(first)) return;
    let start = column + (MODULE.exec(first)?.[0].length ?? 0);
    for (let below = 0; below < MOST_LINES; below++, start = 0) {
      const whole = (this.#lines[this.#line + below] ?? ';').slice(0, start + LONGEST);
      const end = whole.indexOf(';', start);
      for (const { text, index } of wordsIn(whole.slice(start, end < 0 ? undefined : end)))
        if (MODULE.exec(text)?.[0] === text) this.#add('module', text, start + index, guarded, below);
      if (end >= 0) return;
    }
  }

  #file(rest: string, column: number, guarded: boolean): void {
    const match = /^(['"])([^'"$@\\]+)\1\s*(?:;|\)|$|\}|or\b|\|\|)/.exec(rest);
    if (match?.[2]) this.#add('file', match[2], column + 1, guarded);
  }

  #library(rest: string, column: number, guarded: boolean): void {
    const match = /^(['"]?)([A-Za-z_]\w*(?:::\w+)*)\1/.exec(rest);
    const own = match ? match[2] === '__PACKAGE__' : /^\s*(?:[;)}]|$)/.test(rest);
    const name = own ? this.#package : match?.[2];
    const width = match?.[2]?.length ?? 0;
    if (name) this.#add('library', name, column + (match?.[1]?.length ?? 0), guarded, 0, width);
  }

  #add(
    kind: PerlUse['kind'],
    name: string,
    column: number,
    guarded: boolean,
    below = 0,
    width = name.length,
  ): void {
    const line = this.#line + below;
    const at = { line, column, endLine: line, endColumn: column + width };
    this.uses.push({ kind, name: kind === 'module' ? name.replaceAll("'", '::') : name, at, guarded });
  }
}

/** `5.010` is no name, `v5.36` is one that is a version. */
function isVersion(rest: string): boolean {
  return /^v\d+[.\d]*\s*(?:;|$)/.test(rest);
}

/** Words of a list: quoted ones, and those of `qw`. */
function wordsIn(text: string): readonly { readonly text: string; readonly index: number }[] {
  const words: { text: string; index: number }[] = [];
  for (const match of text.matchAll(/(['"])([^'"]*)\1/g))
    words.push({ text: match[2] ?? '', index: match.index + 1 });
  const list = /\bqw\s*(?:\(([^)]*)|\{([^}]*)|\[([^\]]*)|\/([^/]*)|<([^>]*)|"([^"]*))/.exec(text);
  const inside = list
    ? list.slice(1).find(part => part !== undefined)
    : /^[\s\w:]*\)?$/.test(text)
      ? text
      : undefined;
  if (inside === undefined) return words;
  const start = list ? list.index + list[0].length - inside.length : 0;
  for (const match of inside.matchAll(/[\w:'/.-]+/g))
    words.push({ text: match[0], index: start + match.index });
  return words;
}

function balance(line: string): number {
  let depth = 0;
  for (const char of line) depth += char === '{' ? 1 : char === '}' ? -1 : 0;
  return depth;
}
