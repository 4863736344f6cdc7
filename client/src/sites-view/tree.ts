import {
  type Disposable,
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  Uri,
  window,
} from 'vscode';
import type { SiteDetail } from '../sites/worker-protocol.ts';
import { entryRows, partRows, type Row, siteOf, siteRow } from './rows.ts';
import type { SiteStore, SitesState } from './store.ts';
import { counted } from './words.ts';

/** Id of the view, as in package.json. */
export const viewId = 'packwright.sites';

/** Shows the store as a tree. Its elements are the ids of rows, so that nothing collapses when something changes. */
export function showTree(store: SiteStore): {
  readonly view: TreeView<string>;
  readonly parts: Disposable[];
} {
  const provider = new SitesTree(store);
  const view = window.createTreeView(viewId, {
    treeDataProvider: provider,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const head = () => {
    const bad = store.sites.filter(site => site.bad).length;
    view.badge = bad === 0 ? undefined : { value: bad, tooltip: `${counted(bad, 'site')} failing` };
    const message = messageOf(store.state);
    if (view.message !== message) view.message = message as string;
  };
  return { view, parts: [view, provider, store.onDidChange(head)] };
}

class SitesTree implements TreeDataProvider<string>, Disposable {
  readonly #store: SiteStore;
  readonly #changes = new EventEmitter<string[] | undefined>();
  readonly #rows = new Map<string, Row>();
  readonly #listening: Disposable;

  constructor(store: SiteStore) {
    this.#store = store;
    this.#listening = store.onDidChange(change => {
      if (change === 'all') this.#rows.clear();
      if (change === 'all') this.#changes.fire(undefined);
      else if (change.length > 0) this.#changes.fire([...change]);
    });
  }

  get onDidChangeTreeData() {
    return this.#changes.event;
  }

  async getChildren(id?: string): Promise<string[]> {
    const rows = id === undefined ? this.#roots() : await this.#below(id);
    for (const row of rows) this.#rows.set(row.id, row);
    return rows.map(row => row.id);
  }

  getTreeItem(id: string): TreeItem {
    const site = id === siteOf(id) ? this.#summary(id) : undefined;
    const row = site ? siteRow(site, new Date()) : this.#rows.get(id);
    return row ? itemOf(row) : new TreeItem(id);
  }

  getParent(id: string): string | undefined {
    const end = id.lastIndexOf('/');
    return end < 0 ? undefined : id.slice(0, end);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changes.dispose();
  }

  #roots(): readonly Row[] {
    const { state } = this.#store;
    if (state.kind === 'failed') return [faultRow('', state.message)];
    const now = new Date();
    return this.#store.sites.map(site => siteRow(site, now));
  }

  async #below(id: string): Promise<readonly Row[]> {
    const summary = this.#summary(siteOf(id));
    if (!summary) return [];
    let detail: SiteDetail;
    try {
      detail = await this.#store.detail(summary.name);
    } catch (error) {
      return [faultRow(id, (error as Error).message)];
    }
    const now = new Date();
    return id === summary.name ? partRows(summary, detail, now) : entryRows(id, detail, now);
  }

  #summary(name: string) {
    return this.#store.sites.find(site => site.name === name);
  }
}

/** Errors stand where they arose; the view's *Refresh* tries again. */
function faultRow(id: string, text: string): Row {
  const color = 'problemsErrorIcon.foreground';
  return { id: `${id}/fault`, label: text, icon: 'error', color, spoken: `Error: ${text}`, tooltip: text };
}

function itemOf(row: Row): TreeItem {
  const { Collapsed, None } = TreeItemCollapsibleState;
  const item = new TreeItem(row.label, row.expandable ? Collapsed : None);
  item.id = row.id;
  item.iconPath = new ThemeIcon(row.icon, row.color === undefined ? undefined : new ThemeColor(row.color));
  item.accessibilityInformation = { label: row.spoken };
  item.tooltip = row.tooltip ?? row.label;
  if (row.description !== undefined) item.description = row.description;
  if (row.context !== undefined) item.contextValue = row.context;
  if (row.link !== undefined)
    item.command = { command: 'vscode.open', title: 'Open Page', arguments: [Uri.parse(row.link)] };
  return item;
}

/** What a person should know above the tree; the welcome texts say what there is to say without sites. */
function messageOf(state: SitesState): string | undefined {
  if (state.kind !== 'ready') return undefined;
  const waits = state.open === 1 ? '1 job waits' : `${state.open} jobs wait`;
  if (state.idle) return `${waits}, and nobody moves them on${state.trouble ? `: ${state.trouble}` : '.'}`;
  const { faults } = state;
  return faults.length > 0 ? `The sites file has ${counted(faults.length, 'fault')}.` : undefined;
}
