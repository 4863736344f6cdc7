import { type DefaultTreeAdapterTypes, parse } from 'parse5';

/** A page as a browser reads it. */
export interface ParsedPage {
  /** In the order of the document. */
  readonly elements: readonly ParsedElement[];
  /** What the page's writer got wrong, by the names of the HTML standard. */
  readonly errors: readonly string[];
}

/** An element without what is in it. */
export interface ParsedElement {
  readonly name: string;
  readonly depth: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** All text in it, blanks made one. */
  readonly text: string;
}

/** Reads a page by the rules of the HTML standard. */
export function parsedPage(source: string): ParsedPage {
  const errors: string[] = [];
  const document = parse(source, {
    onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`),
  });
  const elements: ParsedElement[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node, depth: number) => {
    if ('tagName' in node)
      elements.push({
        name: node.tagName,
        depth,
        attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
        text: textOf(node).replace(/\s+/g, ' ').trim(),
      });
    if ('childNodes' in node) for (const child of node.childNodes) visit(child, depth + 1);
  };
  visit(document, 0);
  return { elements, errors };
}

/** The elements that have a name and, if it is said, a class. */
export function elementsOf(page: ParsedPage, name: string, className?: string): readonly ParsedElement[] {
  return page.elements.filter(
    each =>
      each.name === name &&
      (className === undefined || (each.attributes.class ?? '').split(' ').includes(className)),
  );
}

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if ('value' in node && node.nodeName === '#text') return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
