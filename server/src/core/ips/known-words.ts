/** Keys and types that manifests repeat; these are shared before any text is read. */
const SEEDS =
  'set depend file dir link hardlink driver group user license legacy signature unknown name value path mode ' +
  'owner target type fmri predicate preserve overlay mediator mediator-version mediator-implementation ' +
  'variant.arch variant.opensolaris.zone restart_fmri pkg.depend.bypass-generate pkg.depend.runpath ' +
  'pkg.csize pkg.size chash elfarch elfbits elfhash perms alias class facet.doc.man facet.devel facet.doc';

const SIZE = 512;

/**
 * Short strings of one text, each made once: a manifest says `path` ten thousand times, and equal
 * strings that are the same string are compared and looked up much faster.
 */
export class KnownWords {
  readonly #text: string;
  readonly #slots: string[] = new Array(SIZE).fill('');

  constructor(text: string) {
    this.#text = text;
    for (const word of SEEDS.split(' ')) this.#slots[slotOf(word, 0, word.length)] = word;
  }

  /** The word between two offsets. */
  at(start: number, end: number): string {
    const slot = slotOf(this.#text, start, end);
    const known = this.#slots[slot] ?? '';
    if (known.length === end - start && this.#text.startsWith(known, start)) return known;
    const word = this.#text.slice(start, end);
    this.#slots[slot] = word;
    return word;
  }
}

function slotOf(text: string, start: number, end: number): number {
  const hash = text.charCodeAt(start) * 31 + text.charCodeAt(end - 1) * 7 + (end - start) * 131;
  return hash & (SIZE - 1);
}
