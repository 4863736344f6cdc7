import { Diagnostic, DiagnosticSeverity, type Disposable, languages, Range, Uri } from 'vscode';
import type { SiteStore, SitesState } from './store.ts';

/** Lists what is wrong in the sites file as problems of the file, each with its remedy. */
export function listFaults(store: SiteStore): Disposable[] {
  const problems = languages.createDiagnosticCollection('packwright.sites');
  let shown: unknown;
  const show = () => {
    const { path, faults } = faultsOf(store.state);
    const next = JSON.stringify([path, faults]);
    if (next === shown) return;
    shown = next;
    problems.clear();
    if (path === undefined || faults.length === 0) return;
    problems.set(
      Uri.file(path),
      faults.map(({ line, column, message, remedy }) => {
        const range = new Range(line - 1, column - 1, line - 1, Number.MAX_SAFE_INTEGER);
        const problem = new Diagnostic(range, `${message}; ${remedy}`, DiagnosticSeverity.Error);
        problem.source = 'packwright';
        return problem;
      }),
    );
  };
  return [problems, store.onDidChange(show)];
}

function faultsOf(state: SitesState) {
  if (state.kind === 'broken' || state.kind === 'ready') return { path: state.path, faults: state.faults };
  return { path: undefined, faults: [] };
}
