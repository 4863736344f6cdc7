import { parseXml, XmlDocumentType, XmlElement, XmlError } from '@rgrove/parse-xml';
import { LineIndex } from '../line-index.ts';
import type { PayloadFault, Range } from '../model.ts';
import { decode, printable } from './printable.ts';

/** A document, as written: entities of its own and includes are neither expanded nor fetched. */
export interface Xml {
  readonly root: XmlElement;
  /** Absent where the document has no DOCTYPE. */
  readonly doctype?: {
    readonly name: string;
    readonly systemId?: string;
    /** Declarations in brackets; they are kept as text and mean nothing here. */
    readonly internalSubset?: string;
  };
  /** Names of entities that were used and are not XML's own five; each stands in values as U+FFFD. */
  readonly entities: ReadonlySet<string>;
  /** Where an element begins, up to the end of its name. */
  placeOf(element: XmlElement): Range;
  /** Where the value of an attribute stands, without its quotes; the element's place when it has no such. */
  placeOfValue(element: XmlElement, attribute: string): Range;
}

/** Characters of the largest document that is read: a hundred times the largest service manifest known. */
export const XML_LIMIT = 4 * 1024 * 1024;

/** Elements within elements; `XML_ELEMENTS` in all. */
const XML_DEPTH = 100;
const XML_ELEMENTS = 100_000;

/**
 * Reads a document (XML 1.0, fifth edition). Strict, bounded in size, depth and number of elements; external
 * entities, entities of the internal subset and XInclude are left as they are.
 */
export function readXml(source: string): Xml | PayloadFault {
  if (source.length > XML_LIMIT)
    return { message: `The document is larger than ${XML_LIMIT >> 20} MiB and is not read; split it` };
  // The parser takes a time for each CR that grows with the size of the document.
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  const beyond = beyondBounds(text);
  if (beyond !== undefined)
    return { message: `${beyond}; such a document is not read`, at: placeAt(text, 0) };
  const entities = new Set<string>();
  const resolveUndefinedEntity = (reference: string) => {
    entities.add(reference.slice(1, -1));
    return '\ufffd';
  };
  try {
    const document = parseXml(text, {
      includeOffsets: true,
      preserveDocumentType: true,
      resolveUndefinedEntity,
    });
    const root = document.root;
    if (!root) return { message: 'The document has no element; write it again' };
    const type = document.children.find(node => node instanceof XmlDocumentType);
    return { root, ...(type && { doctype: doctypeOf(type) }), entities, ...placesIn(text) };
  } catch (error) {
    if (error instanceof XmlError) return faultOf(error);
    throw error;
  }
}

/** The text of a document: UTF-16 where a byte order mark says so, else UTF-8, else Latin-1. */
export function xmlText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return decode(bytes).text;
}

/** The elements of this name directly in an element. */
export function elementsIn(element: XmlElement, name: string): readonly XmlElement[] {
  const found: XmlElement[] = [];
  for (const child of element.children)
    if (child instanceof XmlElement && child.name === name) found.push(child);
  return found;
}

/** The value of an attribute without blanks around it; `undefined` where there is none, or it is empty. */
export function attribute(element: XmlElement, name: string): string | undefined {
  return element.attributes[name]?.trim() || undefined;
}

function doctypeOf({ name, systemId, internalSubset }: XmlDocumentType): NonNullable<Xml['doctype']> {
  return { name, ...(systemId && { systemId }), ...(internalSubset && { internalSubset }) };
}

function placesIn(text: string): Pick<Xml, 'placeOf' | 'placeOfValue'> {
  let lines: LineIndex | undefined;
  const range = (start: number, end: number) => {
    lines ??= new LineIndex(text);
    return lines.rangeOf({ start, end });
  };
  const placeOf = ({ start, name }: XmlElement) => range(start, start + 1 + name.length);
  return {
    placeOf,
    placeOfValue: (element, attribute) => {
      const next = /\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/y;
      next.lastIndex = element.start + 1 + element.name.length;
      for (let match = next.exec(text); match; match = next.exec(text)) {
        if (match[1] !== attribute) continue;
        const end = next.lastIndex - 1;
        return range(text.lastIndexOf(text[end]!, end - 1) + 1, end);
      }
      return placeOf(element);
    },
  };
}

function faultOf({ message, line, column }: XmlError): PayloadFault {
  const said = printable(message.slice(0, message.indexOf(' (line ')));
  const at = { line: line - 1, column: column - 1, endLine: line - 1, endColumn: column };
  return { message: `The XML is broken in line ${line}: ${said}; correct it, or build the file again`, at };
}

function placeAt(text: string, offset: number): Range {
  return new LineIndex(text).rangeOf({ start: offset, end: offset + 1 });
}

/** What is beyond the bounds: the parser calls itself for each element in an element. */
function beyondBounds(text: string): string | undefined {
  let depth = 0;
  let elements = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const other = OTHERS.find(([start]) => text.startsWith(start, at));
    if (other) {
      const end = text.indexOf(other[1], at + other[0].length);
      if (end < 0) return undefined;
      at = end;
      if (other[0] === '</') depth = Math.max(0, depth - 1);
      continue;
    }
    at = endOfTag(text, at);
    if (text[at - 1] !== '/') depth++;
    if (depth > XML_DEPTH) return `Its elements lie more than ${XML_DEPTH} deep in each other`;
    if (++elements > XML_ELEMENTS) return `It has more than ${XML_ELEMENTS} elements`;
  }
  return undefined;
}

/** What begins with `<` and is no start tag, with its end. */
const OTHERS = [
  ['</', '>'],
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<!', '>'],
  ['<?', '?>'],
] as const;

/** Offset of the `>` of a start tag, or the end of the text. */
function endOfTag(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const character = text[at]!;
    if (character === '>') return at;
    if (character !== '"' && character !== "'") continue;
    const end = text.indexOf(character, at + 1);
    if (end < 0) return text.length;
    at = end;
  }
  return text.length;
}
