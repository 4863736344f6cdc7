import {
  type InlayHint,
  InlayHintRefreshRequest,
  InlayHintRequest,
  type Range,
} from 'vscode-languageserver/node';
import type { FileResolution } from '../core/model.ts';
import { needText } from '../core/needs.ts';
import type { Checked } from '../session.ts';
import { calmly } from './after.ts';
import type { Feature } from './context.ts';
import { linesOf, pathOf, spanRange } from './convert.ts';
import { kindOfDocument } from './document-kind.ts';
import { answer } from './requests.ts';

/** How long changes are gathered before the client is told to ask again (ms). */
const CALM = 500;

/** More names than fit behind a line. */
const MOST_NAMES = 3;

/** The packages behind dependencies on files, users, groups, links and directories: what the build will make of them. */
export const inlayHints: Feature = {
  capabilities: () => ({ inlayHintProvider: true }),

  attach(context) {
    answer(context, InlayHintRequest.type, async ({ textDocument, range }, signal): Promise<InlayHint[]> => {
      const path = pathOf(textDocument.uri);
      if (path === undefined || kindOfDocument(path) !== 'manifest') return [];
      const checked = await context.session.check(path, signal);
      return 'code' in checked ? [] : hintsOf(checked, range);
    });
  },

  begin({ abilities, connection, session, stopping }) {
    if (!abilities.inlayHintRefresh) return;
    const again = calmly(CALM, stopping, () => void connection.sendRequest(InlayHintRefreshRequest.type));
    session.onChange(change => {
      if (change === 'world') again();
    });
  },
};

function hintsOf({ manifest, resolutions }: Checked, wanted: Range): InlayHint[] {
  const lines = linesOf(manifest);
  return resolutions.flatMap(one => {
    const { span, anyOf } = one.dependency;
    if (!span) return [];
    const { end } = spanRange(lines, span);
    if (end.line < wanted.start.line || end.line > wanted.end.line) return [];
    const tooltip = `${anyOf.map(needText).join(' or ')}: ${told(one)}`;
    return [{ position: end, label: `→ ${told(one)}`, paddingLeft: true, tooltip }];
  });
}

function told({ own, providers }: FileResolution): string {
  if (own) return 'this package';
  if (providers.length === 0) return 'no known package';
  const shown = providers.slice(0, MOST_NAMES).join(' or ');
  return providers.length > MOST_NAMES ? `${shown} or ${providers.length - MOST_NAMES} more` : shown;
}
