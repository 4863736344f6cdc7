import type { Delivery, Manifest } from '../model.ts';
import { directoryNeed } from '../needs.ts';
import { parseP5m } from './p5m.ts';

/** What an index keeps of a manifest. */
export type PublishedFacts = Pick<Manifest, 'state' | 'variants' | 'dependencies' | 'deliveries' | 'faults'>;

/**
 * Reads a manifest of a repository for what it delivers: the same as `parseP5m` says, in another order, without the
 * places in the text, and of faults only the errors.
 *
 * Nearly all lines of large manifests are as the tools write them: one blank between words, attributes in order,
 * nothing quoted, no variants. These are read by expressions; the rest, and every manifest in which one line may
 * change what another means, by the parser.
 */
export function readPublished(text: string, path: string): PublishedFacts {
  if (DIRECTED.test(text)) return parsed(text, path);
  const plain = new Map<string, Plain>();
  const rest: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = lineEnd(text, at);
    const read = end - at <= LONGEST ? plainLine(text, at) : undefined;
    if (!read) rest.push(text.slice(at, end));
    else if (plain.has(read.path)) return parsed(text, path);
    else plain.set(read.path, read);
    at = end + 1;
  }
  if (plain.size === 0) return parsed(text, path);
  const others = parsed(rest.join('\n'), path);
  const judgedTogether =
    others.state !== 'ordinary' ||
    others.faults.length > 0 ||
    others.deliveries.some(one => plain.has(one.path.startsWith('dir:') ? one.path.slice(4) : one.path));
  return judgedTogether ? parsed(text, path) : { ...others, deliveries: together(plain, others, path) };
}

/** Continued lines, macros and directives: what makes one line depend on others. */
const DIRECTED = /\\\r?\n|\\$|\$\(|^[ \t]*</m;

/** Longest line (UTF-16 units) that expressions may see: they go back over what they passed, and that is bounded. */
const LONGEST = 8192;

interface Plain {
  readonly kind: Delivery['kind'];
  readonly path: string;
  readonly target?: string;
}

/** A path that is written the one way that every tool understands. */
const PATH = String.raw`path=((?!\.{0,2}(?:[/\s]|$))(?:(?!/\.{0,2}(?:[/\s]|$))[^\s"'\\#$])*[^\s"'\\#$/])`;
const WORD = '[A-Za-z0-9_.-]+';
const FILE = new RegExp(
  `file [0-9a-f]{40,64}(?: chash=${WORD})?(?: elfarch=${WORD})?(?: elfbits=${WORD})?(?: elfhash=${WORD})?` +
    `(?: group=${WORD})?(?: mode=[0-7]{3,4})?(?: owner=${WORD})? ${PATH}(?: pkg\\.content-hash=[A-Za-z0-9_.:-]+)*` +
    `(?: pkg\\.csize=\\d+)?(?: pkg\\.size=\\d+)?(?: preserve=(?:true|renameold|renamenew|legacy))?(?: timestamp=${WORD})?(?=\\n|$)`,
  'y',
);
const DIRECTORY = new RegExp(
  `dir(?: group=${WORD})?(?: mode=[0-7]{3,4})?(?: owner=${WORD})? ${PATH}(?=\\n|$)`,
  'y',
);
const LINK = new RegExp(`(?:hard)?link ${PATH} target=([^\\s"'\\\\#$]+)(?=\\n|$)`, 'y');

const LETTERS = { d: 0x64, f: 0x66, h: 0x68, l: 0x6c };

function plainLine(text: string, at: number): Plain | undefined {
  switch (text.charCodeAt(at)) {
    case LETTERS.f: {
      const path = matched(FILE, text, at)?.[1];
      return path === undefined ? undefined : { kind: 'file', path };
    }
    case LETTERS.d: {
      const path = matched(DIRECTORY, text, at)?.[1];
      return path === undefined ? undefined : { kind: 'dir', path };
    }
    case LETTERS.h:
    case LETTERS.l: {
      const [, path, target] = matched(LINK, text, at) ?? [];
      if (path === undefined || target === undefined) return undefined;
      return { kind: text.charCodeAt(at) === LETTERS.h ? 'hardlink' : 'link', path, target };
    }
    default:
      return undefined;
  }
}

function matched(line: RegExp, text: string, at: number): RegExpExecArray | null {
  line.lastIndex = at;
  return line.exec(text);
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function together(
  plain: ReadonlyMap<string, Plain>,
  others: PublishedFacts & Pick<Manifest, 'id'>,
  path: string,
): readonly Delivery[] {
  const owner = others.id ?? { name: path };
  const narrowed = others.variants.size > 0 ? { variants: others.variants } : undefined;
  const deliveries: Delivery[] = [...others.deliveries];
  for (const { kind, path: at, target } of plain.values()) {
    deliveries.push({
      path: kind === 'dir' ? directoryNeed(at) : at,
      kind,
      package: owner,
      ...(target !== undefined && { target }),
      ...narrowed,
    });
  }
  return deliveries;
}

function parsed(text: string, path: string): PublishedFacts & Pick<Manifest, 'id'> {
  const manifest = parseP5m(text, { path, macros: {}, fragment: false });
  const { state, variants, dependencies, deliveries } = manifest;
  const faults = manifest.faults.filter(fault => fault.severity === 'error');
  return { ...(manifest.id && { id: manifest.id }), state, variants, dependencies, deliveries, faults };
}
