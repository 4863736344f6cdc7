import { commands, type Disposable, window } from 'vscode';
import { cancel } from './cancel.ts';
import type { SitesCommand, SitesWindow } from './command.ts';
import { installAtSites, installHere } from './install.ts';
import { probe, probeAll, probeSite } from './probe.ts';
import { remove, update } from './remove-update.ts';
import { exportReport, log, openSitesFile, refresh, showReport, siteReport } from './show.ts';

/** Every command about sites; `contributes.commands` of package.json names the same. */
const all: readonly SitesCommand[] = [
  probeSite,
  probeAll,
  installAtSites,
  showReport,
  exportReport,
  openSitesFile,
  refresh,
  probe,
  cancel,
  installHere,
  remove,
  update,
  log,
  siteReport,
];

/** Registers them. The one place where a failing command is told. */
export function registerSitesCommands(sites: SitesWindow): readonly Disposable[] {
  const run = async (command: SitesCommand, rows: readonly string[]) => {
    try {
      await command.run(sites, rows);
    } catch (error) {
      await window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  };
  return all.map(command =>
    // The tree calls with the row under the pointer, and with all that are selected when it is one of them.
    commands.registerCommand(command.id, (row?: unknown, selected?: unknown) =>
      run(command, rowsOf(row, selected)),
    ),
  );
}

function rowsOf(row: unknown, selected: unknown): readonly string[] {
  if (typeof row !== 'string') return [];
  const rows = Array.isArray(selected) ? selected.filter(each => typeof each === 'string') : [];
  return rows.includes(row) ? rows : [row];
}
