/**
 * What a script said between its marks: lines from `MARK begin` to `MARK end CODE`.
 *
 * Login shells and profiles print before, after, and without a line end; a begin or end mark stands alone
 * on its line, so that a script whose text is echoed does not begin itself.
 */
export class MarkedLines {
  readonly #mark: string;
  readonly #lines: string[] = [];
  #begun = false;
  #code: number | undefined;
  #rest: string[] = [];
  #noise = '';

  constructor(mark: string) {
    this.#mark = mark;
  }

  /** What stood between the marks so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The begin mark was seen. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Exit code of the end mark, once it was seen. */
  get code(): number | undefined {
    return this.#code;
  }

  /** The last of what was printed before the begin mark. */
  get noise(): string {
    return this.#noise;
  }

  /** Takes the next piece of the output. */
  push(text: string): void {
    const pieces = text.split('\n');
    for (const piece of pieces.slice(0, -1)) {
      this.#rest.push(piece);
      this.#line(this.#rest.join(''));
      this.#rest = [];
    }
    const last = pieces.at(-1);
    if (last && this.#code === undefined) this.#rest.push(last);
  }

  /** The output is over: what came last had no line end, and is no mark, for it may be cut. */
  finish(): void {
    const last = this.#rest.join('');
    this.#rest = [];
    if (last && this.#begun && this.#code === undefined) this.#lines.push(last);
    else if (last) this.#line(last);
  }

  #line(line: string): void {
    if (this.#code !== undefined) return;
    if (!this.#begun) {
      if (line === `${this.#mark} begin`) this.#begun = true;
      else this.#noise = `${this.#noise}${line.slice(0, NOISE)}\n`.slice(-NOISE);
      return;
    }
    const code = line.startsWith(`${this.#mark} end `) && /^\d{1,3}$/.exec(line.slice(this.#mark.length + 5));
    if (code) this.#code = Number(code[0]);
    else this.#lines.push(line);
  }
}

/** Characters of noise that are kept, for the reason of a refusal. */
const NOISE = 1000;
