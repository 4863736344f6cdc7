import { RequestType } from 'vscode-languageserver/node';
import type { ProofStep } from '../core/model.ts';
import { type Why, type WhyParams, type WhyStep, whyRequest } from '../protocol.ts';
import type { Context, Feature } from './context.ts';
import { linesOf, pathOf, positionOf, uriOf } from './convert.ts';
import { kindOfDocument } from './document-kind.ts';
import { type Explained, explainManifest, explainPayload } from './explain.ts';
import { answer } from './requests.ts';

/** Answers `packwright/why`. */
export const why: Feature = {
  attach(context) {
    answer(context, new RequestType<WhyParams, Why | null, void>(whyRequest), async (params, signal) => {
      const explained = await explainAt(context, params, signal);
      if (!explained) return null;
      return {
        needs: explained.explanations.map(({ title, steps }) => ({ title, steps: steps.map(stepOf) })),
      };
    });
  },
};

/** What there is to say of a position, in a manifest or in a payload. */
export async function explainAt(
  { session }: Context,
  { textDocument, position }: WhyParams,
  signal: AbortSignal,
): Promise<Explained | undefined> {
  const path = pathOf(textDocument.uri);
  if (path === undefined) return undefined;
  const kind = kindOfDocument(path);
  if (kind === 'settings') return undefined;
  if (kind === 'payload') {
    const deliverers = await session.deliverers(path, signal);
    return explainPayload(path, position.line, deliverers, await session.payloadFindings(path, signal));
  }
  const checked = await session.check(path, signal);
  if ('code' in checked) return undefined;
  return explainManifest(checked, linesOf(checked.manifest).offsetAt(positionOf(position)), signal);
}

function stepOf({ text, place }: ProofStep): WhyStep {
  if (!place) return { text };
  const range = place.range && { line: place.range.line, character: place.range.column };
  return { text, location: { uri: uriOf(place.file), ...range } };
}
