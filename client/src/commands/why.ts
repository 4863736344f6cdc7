import {
  Disposable,
  DocumentLink,
  EventEmitter,
  languages,
  type Position,
  Range,
  type TextDocument,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import { type Why, type WhyParams, whyRequest } from '../../../server/src/protocol.ts';
import type { PackwrightClient } from '../language-client.ts';
import { placesIn, proofText } from '../proof-text.ts';
import type { Command } from './command.ts';

const scheme = 'packwright-why';
const asked = new EventEmitter<Uri>();

/** *Why Is This Needed?*: the proof for the place of the cursor, as a read-only text beside the editor. */
export const why: Command = {
  id: 'packwright.why',
  async run() {
    const editor = window.activeTextEditor;
    if (editor === undefined)
      throw new Error('Open a manifest or a payload file and place the cursor on what is needed.');
    const uri = questionUri(editor.document.uri, editor.selection.active);
    asked.fire(uri);
    const proof = await languages.setTextDocumentLanguage(
      await workspace.openTextDocument(uri),
      'packwright-proof',
    );
    await window.showTextDocument(proof, {
      viewColumn: ViewColumn.Beside,
      preview: true,
      preserveFocus: true,
    });
  },
};

/** Makes the texts that `why` shows, and the links in them. The question is in the URI: nothing is kept. */
export function provideProofs(client: PackwrightClient): Disposable {
  return Disposable.from(
    workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: asked.event,
      async provideTextDocumentContent(uri, token) {
        const question = questionIn(uri);
        const folder = folderOf(question);
        const answer = await client.sendRequest<Why | null>(whyRequest, question, token);
        return proofText(answer, place => shortName(Uri.parse(place), folder));
      },
    }),
    languages.registerDocumentLinkProvider({ scheme }, { provideDocumentLinks: links }),
  );
}

/** `packwright-why:/greet.p5m, line 3?{question}`: the path is the title of the tab. */
function questionUri(document: Uri, position: Position): Uri {
  const question: WhyParams = {
    textDocument: { uri: document.toString() },
    position: { line: position.line, character: position.character },
  };
  const name = document.path.slice(document.path.lastIndexOf('/') + 1);
  return Uri.from({
    scheme,
    path: `Why: ${name}, line ${position.line + 1}`,
    query: JSON.stringify(question),
  });
}

function questionIn(uri: Uri): WhyParams {
  return JSON.parse(uri.query) as WhyParams;
}

function folderOf(question: WhyParams): Uri | undefined {
  return workspace.getWorkspaceFolder(Uri.parse(question.textDocument.uri))?.uri;
}

/** Path below the folder of the document that was asked about, else absolute. */
function shortName(uri: Uri, folder: Uri | undefined): string {
  const prefix = folder && `${folder.path.replace(/\/$/, '')}/`;
  return prefix && uri.path.startsWith(prefix) ? uri.path.slice(prefix.length) : uri.fsPath;
}

function links(proof: TextDocument): DocumentLink[] {
  const question = questionIn(proof.uri);
  const folder = folderOf(question);
  return placesIn(proof.getText()).map(({ start, end, path, fragment }) => {
    const target =
      folder && !path.startsWith('/')
        ? Uri.joinPath(folder, path)
        : Uri.parse(question.textDocument.uri).with({ path });
    return new DocumentLink(
      new Range(proof.positionAt(start), proof.positionAt(end)),
      fragment === '' ? target : target.with({ fragment }),
    );
  });
}
