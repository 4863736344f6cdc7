import { type Hover, HoverRequest, type MarkupContent, MarkupKind } from 'vscode-languageserver/node';
import type { Span } from '../core/model.ts';
import { attributeDocs } from './attribute-docs.ts';
import type { Context, Feature } from './context.ts';
import { linesOf, pathOf, positionOf, spanRange } from './convert.ts';
import { kindOfDocument } from './document-kind.ts';
import type { Explanation } from './explain.ts';
import { lineAt } from './manifest-lines.ts';
import { answer } from './requests.ts';
import { explainAt } from './why.ts';

/** Proofs where the cursor is, and what attributes mean. */
export const hover: Feature = {
  capabilities: () => ({ hoverProvider: true }),

  attach(context) {
    answer(context, HoverRequest.type, async (params, signal): Promise<Hover | null> => {
      const attribute = await attributeAt(context, params, signal);
      if (attribute) return attribute;
      const explained = await explainAt(context, params, signal);
      const path = pathOf(params.textDocument.uri);
      if (!explained || path === undefined) return null;
      const contents = markup(context, explained.explanations);
      if (!explained.span) return { contents };
      const checked = await context.session.check(path, signal);
      return 'code' in checked
        ? { contents }
        : { contents, range: spanRange(linesOf(checked.manifest), explained.span) };
    });
  },
};

/** What the attribute name under the cursor means; the values are left to the proofs. */
async function attributeAt(
  { session, abilities }: Context,
  {
    textDocument,
    position,
  }: { textDocument: { uri: string }; position: { line: number; character: number } },
  signal: AbortSignal,
): Promise<Hover | undefined> {
  const path = pathOf(textDocument.uri);
  if (path === undefined || kindOfDocument(path) !== 'manifest') return undefined;
  const checked = await session.check(path, signal);
  if ('code' in checked) return undefined;
  const lines = linesOf(checked.manifest);
  const offset = lines.offsetAt(positionOf(position));
  const line = lineAt(checked.manifest, offset);
  if (line?.kind !== 'action') return undefined;
  for (const { key, start } of line.attributes) {
    const span: Span = { start, end: start + key.length };
    if (offset < span.start || offset >= span.end) continue;
    const doc = attributeDocs(line.type, key);
    if (!doc) return undefined;
    return { contents: paragraphs([`${key}: ${doc}`], abilities.markdown), range: spanRange(lines, span) };
  }
  return undefined;
}

function markup({ abilities }: Context, explanations: readonly Explanation[]): MarkupContent {
  const lines = explanations.map(({ title, steps }) => {
    const said = abilities.markdown ? escaped : (text: string) => text;
    const list = steps.map(({ text }) => `- ${said(text)}`);
    return [
      abilities.markdown ? `**${said(title)}**` : title,
      ...(list.length > 0 ? ['', ...list] : []),
    ].join('\n');
  });
  return { kind: abilities.markdown ? MarkupKind.Markdown : MarkupKind.PlainText, value: lines.join('\n\n') };
}

function paragraphs(texts: readonly string[], markdown: boolean): MarkupContent {
  const kind = markdown ? MarkupKind.Markdown : MarkupKind.PlainText;
  return { kind, value: texts.map(text => (markdown ? escaped(text) : text)).join('\n\n') };
}

/** Text that Markdown shows as it is: names in manifests and repositories are anybody's. */
function escaped(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_[\]<>|~&$]/g, '\\$&')
    .replace(/:(?=\/\/)|\.(?<=\bwww\.)/gi, '\\$&')
    .replace(/^\s*(?:[#+\-=]|\d+(?=[.)]))/, start =>
      /\d/.test(start) ? `${start}\\` : `\\${start.trimStart()}`,
    );
}
