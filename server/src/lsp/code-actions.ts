import {
  type CodeAction,
  type CodeActionContext,
  CodeActionKind,
  CodeActionRequest,
  type Diagnostic,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { fixAll } from '../core/fix-all.ts';
import type { Edit, Finding } from '../core/model.ts';
import type { Context, Feature } from './context.ts';
import { diagnosticsIn, linesOf, pathOf, payloadDiagnostic, textEditsOf, touches, uriOf } from './convert.ts';
import { kindOfDocument } from './document-kind.ts';
import { answer } from './requests.ts';

/** Kind of the action that applies all preferred fixes. */
const fixAllKind = `${CodeActionKind.SourceFixAll}.packwright`;

/** A finding where the cursor is, and the text that its fixes edit. */
interface Target {
  readonly finding: Finding;
  readonly diagnostic: Diagnostic;
  readonly path: string;
  readonly owner: { readonly text: string };
  /** Behind the title, where the edit is in another file. */
  readonly where: string;
}

/** Quick fixes, from manifest and payload alike, and everything that can be fixed at once. */
export const codeActions: Feature = {
  capabilities: () => ({
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
  }),

  attach(context) {
    answer(context, CodeActionRequest.type, async ({ textDocument, range, context: asked }, signal) => {
      const path = pathOf(textDocument.uri);
      if (path === undefined) return [];
      const actions: CodeAction[] = [];
      if (wants(asked, CodeActionKind.QuickFix)) {
        const targets = await targetsIn(context, path, signal);
        const here = targets.filter(target => touches(target.diagnostic.range, range));
        actions.push(...quickFixes(context, here, asked));
      }
      if (wants(asked, fixAllKind)) actions.push(...(await everything(context, path, signal)));
      return actions;
    });
  },
};

/** Whether a kind, or a kind that contains it, is asked for. */
function wants({ only }: CodeActionContext, kind: string): boolean {
  return !only || only.some(each => kind === each || kind.startsWith(`${each}.`));
}

async function targetsIn(
  { session }: Context,
  path: string,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  switch (kindOfDocument(path)) {
    case 'manifest': {
      const checked = await session.check(path, signal);
      return 'code' in checked ? [] : targetsOf(path, checked.manifest, checked.findings);
    }
    case 'settings': {
      const tree = await session.treeOf(path);
      return targetsOf(path, { text: tree.settingsText ?? '' }, session.settingsFindings(tree));
    }
    default:
      return (await session.payloadFindings(path, signal)).map(found => ({
        finding: found.finding,
        diagnostic: payloadDiagnostic(found),
        path: found.checked.path,
        owner: found.checked.manifest,
        where: ` (in ${nameOf(found.checked.path)})`,
      }));
  }
}

function targetsOf(
  path: string,
  owner: { readonly text: string },
  findings: readonly Finding[],
): readonly Target[] {
  const diagnostics = diagnosticsIn(owner, findings);
  return findings.flatMap((finding, index) => {
    const diagnostic = diagnostics[index];
    return diagnostic ? [{ finding, diagnostic, path, owner, where: '' }] : [];
  });
}

/** One action for each different fix; findings with the same one share it. */
function quickFixes(
  context: Context,
  targets: readonly Target[],
  { diagnostics }: CodeActionContext,
): readonly CodeAction[] {
  const actions = new Map<string, CodeAction & { diagnostics: Diagnostic[] }>();
  for (const { finding, diagnostic, path, owner, where } of targets) {
    const shown = diagnostics.find(each => same(each, diagnostic)) ?? diagnostic;
    for (const fix of finding.fixes) {
      const title = fix.title + where;
      const key = JSON.stringify([title, path, fix.edits]);
      const known = actions.get(key);
      if (known) known.diagnostics.push(shown);
      else {
        actions.set(key, {
          title,
          kind: CodeActionKind.QuickFix,
          diagnostics: [shown],
          ...(fix.preferred && { isPreferred: true }),
          edit: workspaceEdit(context, path, owner, fix.edits),
        });
      }
    }
  }
  return [...actions.values()];
}

function same(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.message === b.message && sameRange(a.range, b.range);
}

function sameRange({ start, end }: Range, other: Range): boolean {
  return (
    start.line === other.start.line &&
    start.character === other.start.character &&
    end.line === other.end.line &&
    end.character === other.end.character
  );
}

async function everything(
  context: Context,
  path: string,
  signal: AbortSignal,
): Promise<readonly CodeAction[]> {
  if (kindOfDocument(path) !== 'manifest') return [];
  const checked = await context.session.check(path, signal);
  if ('code' in checked) return [];
  const { manifest, findings } = checked;
  const { edits } = fixAll(manifest, findings);
  if (edits.length === 0) return [];
  const edit = workspaceEdit(context, path, manifest, edits);
  return [{ title: 'Fix all that has a sure fix', kind: fixAllKind, edit }];
}

/** Edits of the text that was checked: tied to its version where the client can do that. */
function workspaceEdit(
  { abilities, documents, session }: Context,
  path: string,
  owner: { readonly text: string },
  edits: readonly Edit[],
): WorkspaceEdit {
  const document = documents.get(path);
  const uri = document?.uri ?? uriOf(path);
  const changes = textEditsOf(linesOf(owner), edits);
  return abilities.versionedEdits
    ? {
        documentChanges: [
          { textDocument: { uri, version: session.buffers.get(path)?.version ?? null }, edits: changes },
        ],
      }
    : { changes: { [uri]: changes } };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
