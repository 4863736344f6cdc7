import { type DocumentLink, DocumentLinkRequest } from 'vscode-languageserver/node';
import type { Manifest, PayloadSource, Span } from '../core/model.ts';
import type { Feature } from './context.ts';
import { linesOf, pathOf, spanRange, uriOf } from './convert.ts';
import { kindOfDocument } from './document-kind.ts';
import { lineAt, linesIn } from './manifest-lines.ts';
import { answer } from './requests.ts';

/** Links from `file` and `license` actions to their payload. */
export const links: Feature = {
  capabilities: () => ({ documentLinkProvider: {} }),

  attach(context) {
    answer(context, DocumentLinkRequest.type, async ({ textDocument }, signal) => {
      const path = pathOf(textDocument.uri);
      if (path === undefined || kindOfDocument(path) !== 'manifest') return [];
      const checked = await context.session.check(path, signal);
      if ('code' in checked) return [];
      const { payloads } = checked.tree.world(path);
      return payloads.built ? linksIn(checked.manifest, payloads) : [];
    });
  },
};

function linksIn(manifest: Manifest, payloads: PayloadSource): DocumentLink[] {
  const lines = linesOf(manifest);
  return namesIn(manifest).flatMap(({ span, name }) => {
    const payload = payloads.find(name);
    if (!payload || !('location' in payload)) return [];
    return [{ range: spanRange(lines, span), target: uriOf(payload.location), tooltip: payload.location }];
  });
}

/** Places of payload words and paths, and the names to look up for them. */
function namesIn(manifest: Manifest): { readonly span: Span; readonly name: string }[] {
  const files = manifest.files
    .filter(file => file.unset.length === 0)
    .map(file => {
      const line = lineAt(manifest, file.span.start);
      const word = line?.kind === 'action' ? line.payload : undefined;
      return { span: word ?? file.span, name: file.payload };
    });
  const licences = linesIn(manifest).flatMap(line =>
    line.kind === 'action' && line.type === 'license' && line.payload
      ? [{ span: line.payload, name: line.payload.value }]
      : [],
  );
  return [...files, ...licences];
}
