import assert from 'node:assert/strict';
import {
  ConfigurationTarget,
  commands,
  type Diagnostic,
  extensions,
  languages,
  Position,
  Range,
  Selection,
  Uri,
  WorkspaceEdit,
  window,
  workspace,
} from 'vscode';

/** What an installed extension must do in a real editor, in the workspace `test/client/workspace`. */
export function extensionSuite(): void {
  const folder = workspace.workspaceFolders![0]!.uri;
  const manifest = Uri.joinPath(folder, 'manifests/greet.p5m');
  const payload = Uri.joinPath(folder, 'proto/usr/bin/greet');

  suite('extension', () => {
    test('it activates in a workspace with manifests', async () => {
      await until(() => extensions.getExtension('packwright.packwright')?.isActive === true);
    });

    test('every contributed command exists', async () => {
      const contributed: { command: string }[] =
        extensions.getExtension('packwright.packwright')?.packageJSON.contributes.commands;
      const known = new Set(await commands.getCommands(true));
      assert.deepEqual(
        contributed.map(({ command }) => command).filter(command => !known.has(command)),
        [],
      );
    });

    test('it underlines the file whose interpreter no dependency brings', async () => {
      await window.showTextDocument(manifest);
      const diagnostic = await diagnosed(manifest, 'undeclared');
      assert.match(diagnostic.message, /usr\/bin\/perl/);
      assert.equal(diagnostic.range.start.line, 2);
    });

    test('an edited payload is diagnosed in both files before it is saved', async () => {
      const document = await workspace.openTextDocument(payload);
      await window.showTextDocument(document);
      const edit = new WorkspaceEdit();
      edit.replace(payload, new Range(new Position(0, 0), new Position(0, 15)), '#!/usr/bin/ksh');
      assert.ok(await workspace.applyEdit(edit));
      assert.match((await diagnosed(payload, 'undeclared', /ksh/)).message, /ksh/);
      assert.match((await diagnosed(manifest, 'undeclared', /ksh/)).message, /ksh/);
      await commands.executeCommand('workbench.action.files.revert');
      await diagnosed(manifest, 'undeclared', /perl/);
    });

    test('a changed setting counts at once', async () => {
      const settings = workspace.getConfiguration('packwright', folder);
      await settings.update('catchers', { script: 'off' }, ConfigurationTarget.Workspace);
      await until(() => languages.getDiagnostics(manifest).length === 0);
      await settings.update('catchers', undefined, ConfigurationTarget.Workspace);
      await diagnosed(manifest, 'undeclared', /perl/);
    });

    test('the proof is a text with links to what it names', async () => {
      const editor = await window.showTextDocument(manifest);
      editor.selection = new Selection(new Position(2, 8), new Position(2, 8));
      await commands.executeCommand('packwright.why');
      const proof = window.visibleTextEditors.find(
        ({ document }) => document.uri.scheme === 'packwright-why',
      );
      assert.match(proof?.document.getText() ?? '', /usr\/bin\/perl/);
    });
  });

  async function diagnosed(uri: Uri, code: string, message = /./): Promise<Diagnostic> {
    const find = () =>
      languages
        .getDiagnostics(uri)
        .find(diagnostic => codeOf(diagnostic) === code && message.test(diagnostic.message));
    await until(() => find() !== undefined);
    return find()!;
  }
}

function codeOf({ code }: Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

/** Waits for a condition that some diagnostic event or a tenth of a second may have made true. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) {
      const all = languages
        .getDiagnostics()
        .map(([uri, found]) => `${uri.path}: ${found.map(({ message }) => message).join('; ')}`);
      throw new Error(`timed out; diagnostics:\n${all.join('\n')}`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
