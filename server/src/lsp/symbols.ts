import {
  type DocumentSymbol,
  DocumentSymbolRequest,
  type SymbolInformation,
  SymbolKind,
} from 'vscode-languageserver/node';
import { type Action, type ActionType, KEY_ATTRIBUTE, type Line } from '../core/ips/lines.ts';
import type { LineIndex } from '../core/line-index.ts';
import type { Manifest, Span } from '../core/model.ts';
import type { Feature } from './context.ts';
import { linesOf, pathOf, spanRange } from './convert.ts';
import { kindOfDocument } from './document-kind.ts';
import { linesIn } from './manifest-lines.ts';
import { answer } from './requests.ts';

/** The outline: the package, and its actions in the order of the manifest. */
export const symbols: Feature = {
  capabilities: () => ({ documentSymbolProvider: true }),

  attach(context) {
    answer(context, DocumentSymbolRequest.type, async ({ textDocument }, signal) => {
      const path = pathOf(textDocument.uri);
      if (path === undefined || kindOfDocument(path) !== 'manifest') return [];
      const manifest = await (await context.session.treeOf(path)).manifest(path);
      signal.throwIfAborted();
      if ('code' in manifest) return [];
      const outline = outlineOf(manifest);
      return context.abilities.nestedSymbols ? outline : flat(outline, textDocument.uri);
    });
  },
};

function outlineOf(manifest: Manifest): DocumentSymbol[] {
  const lines = linesOf(manifest);
  const actions = linesIn(manifest).flatMap(line => symbolOf(line, manifest.text, lines) ?? []);
  const naming = linesIn(manifest).find(
    line => line.kind === 'action' && line.attributes.some(isPackageName),
  );
  if (naming?.kind !== 'action' || !manifest.id) return actions;
  const named = naming.attributes.find(({ key }) => key === 'value') ?? naming;
  return [
    {
      name: manifest.id.name,
      ...(manifest.id.version && { detail: manifest.id.version }),
      kind: SymbolKind.Package,
      range: spanRange(lines, { start: 0, end: manifest.text.length }),
      selectionRange: spanRange(lines, named),
      children: actions,
    },
  ];
}

function isPackageName({ key, value }: Action['attributes'][number]): boolean {
  return key === 'name' && (value === 'pkg.fmri' || value === 'fmri');
}

function symbolOf(line: Line, text: string, lines: LineIndex): DocumentSymbol | undefined {
  const range = () => spanRange(lines, { start: line.start, end: line.contentEnd });
  if (line.kind === 'action') {
    const { name, span } = nameOf(line, text);
    return {
      name,
      detail: line.type,
      kind: kinds[line.type],
      range: range(),
      selectionRange: spanRange(lines, span),
    };
  }
  if (line.kind === 'include' || line.kind === 'transform') {
    const name =
      line.kind === 'include' ? line.file || 'include' : text.slice(line.start, line.contentEnd).slice(0, 80);
    const kind = line.kind === 'include' ? SymbolKind.Module : SymbolKind.Function;
    return { name, detail: line.kind, kind, range: range(), selectionRange: range() };
  }
  return undefined;
}

/** The value of the key attribute, and its place; the type where there is none. */
function nameOf({ type, attributes, typeStart }: Action, text: string): { name: string; span: Span } {
  const key = attributes.find(attribute => attribute.key === KEY_ATTRIBUTE[type] && attribute.value !== '');
  if (!key) return { name: type, span: { start: typeStart, end: typeStart + type.length } };
  const span = { start: key.valueStart, end: Math.min(key.end, text.length) };
  return { name: type === 'set' ? settingOf(key.value, attributes) : key.value, span };
}

function settingOf(name: string, attributes: Action['attributes']): string {
  const value = attributes.find(({ key }) => key === 'value')?.value;
  return value ? `${name} = ${value}` : name;
}

const kinds: Readonly<Record<ActionType, SymbolKind>> = {
  set: SymbolKind.Property,
  depend: SymbolKind.Package,
  file: SymbolKind.File,
  dir: SymbolKind.Namespace,
  link: SymbolKind.Interface,
  hardlink: SymbolKind.Interface,
  driver: SymbolKind.Module,
  group: SymbolKind.Object,
  user: SymbolKind.Object,
  license: SymbolKind.String,
  legacy: SymbolKind.Package,
  signature: SymbolKind.Key,
  unknown: SymbolKind.Null,
};

function flat(outline: readonly DocumentSymbol[], uri: string): SymbolInformation[] {
  return outline.flatMap(({ name, kind, selectionRange, children }) => [
    { name, kind, location: { uri, range: selectionRange } },
    ...flat(children ?? [], uri),
  ]);
}
