import {
  Disposable,
  type DocumentSelector,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  languages,
  RelativePattern,
  Uri,
  workspace,
} from 'vscode';
import { State } from 'vscode-languageclient/node';
import { type Status, statusNotification, type TreeState } from '../../server/src/protocol.ts';
import type { PackwrightClient } from './language-client.ts';
import { describeTree, type StatusText } from './status-text.ts';

const everywhere: DocumentSelector = [{ language: 'p5m' }, { pattern: '**/packwright.yaml' }];

/**
 * Shows what the server does in the language status of manifests and settings files: one item per
 * package tree, or one that says that the server does not run.
 */
export function showStatus(client: PackwrightClient): Disposable {
  let items: readonly LanguageStatusItem[] = [];
  const show = (next: readonly LanguageStatusItem[]) => {
    for (const item of items) item.dispose();
    items = next;
  };
  return Disposable.from(
    client.onDidChangeState(change => show([serverItem(change.newState)])),
    client.onNotification(statusNotification, (status: Status) => show(status.trees.map(treeItem))),
    { dispose: () => show([]) },
  );
}

function serverItem(state: State): LanguageStatusItem {
  if (state === State.Starting) return item('server', everywhere, { text: 'starting', busy: true });
  if (state === State.Running) return item('server', everywhere, { text: 'ready' });
  const stopped: StatusText = { text: 'language server stopped', severity: 'error' };
  const created = item('server', everywhere, stopped);
  created.command = { command: 'packwright.restartServer', title: 'Restart' };
  return created;
}

function treeItem(tree: TreeState): LanguageStatusItem {
  const root = Uri.parse(tree.root);
  const selector: DocumentSelector = [
    { language: 'p5m', pattern: new RelativePattern(root, '**/*') },
    { pattern: new RelativePattern(root, '**/packwright.yaml') },
  ];
  const created = item(tree.root, selector, describeTree(tree, workspace.isTrusted));
  created.command = workspace.isTrusted
    ? { command: 'packwright.checkWorkspace', title: 'Check Workspace' }
    : { command: 'workbench.trust.manage', title: 'Manage Trust' };
  return created;
}

function item(id: string, selector: DocumentSelector, status: StatusText): LanguageStatusItem {
  const created = languages.createLanguageStatusItem(`packwright.${id}`, selector);
  created.name = 'Packwright';
  created.text = `Packwright: ${status.text}`;
  if (status.detail !== undefined) created.detail = status.detail;
  created.busy = status.busy ?? false;
  created.severity = {
    information: LanguageStatusSeverity.Information,
    warning: LanguageStatusSeverity.Warning,
    error: LanguageStatusSeverity.Error,
  }[status.severity ?? 'information'];
  return created;
}
