import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { SitesFault, SitesFile } from '../../grid/model.ts';
import { readSites } from '../../grid/sites-file.ts';
import { complain, type Host } from '../host.ts';
import { shownPath } from '../shown-path.ts';
import type { CommonOptions } from './options.ts';

/** A sites file that can be worked with, and what is wrong in it all the same. */
export interface SitesPlace {
  /** Absolute. */
  readonly path: string;
  readonly file: SitesFile;
  readonly faults: readonly SitesFault[];
}

/** More is no sites file. */
const MAX_BYTES = 4 << 20;

/** Reads the sites file of `--sites`, or the one that is found; complains when there is none, or it means nothing. */
export function openSites(options: CommonOptions, host: Host): SitesPlace | undefined {
  const path = options.sites === undefined ? found(host) : resolve(host.cwd, options.sites);
  if (path === undefined) {
    complain(
      host,
      `there is no sites.yaml here, nor ${join(configDirectory(host), 'sites.yaml')}; name one with --sites`,
    );
    return undefined;
  }
  const text = textOf(path);
  if (typeof text !== 'string') {
    complain(host, `${shownPath(path, host.cwd)} ${text.problem}`);
    return undefined;
  }
  const { file, faults } = readSites(text, dirname(path));
  for (const fault of faults) complain(host, faultLine(path, fault, host));
  return file && { path, file, faults };
}

/** `sites.yaml:3:5: MESSAGE: REMEDY`. */
function faultLine(path: string, { line, column, message, remedy }: SitesFault, host: Host): string {
  return `${shownPath(path, host.cwd)}:${line}:${column}: ${message}; ${remedy}`;
}

/** Directory of the store: `--state`, else `packwright` in the XDG state directory. */
export function stateDirectory(options: CommonOptions, host: Host): string {
  if (options.state !== undefined) return resolve(host.cwd, options.state);
  const base = host.env.XDG_STATE_HOME || join(host.env.HOME || homedir(), '.local/state');
  return join(base, 'packwright');
}

function found(host: Host): string | undefined {
  return [join(host.cwd, 'sites.yaml'), join(configDirectory(host), 'sites.yaml')].find(path =>
    existsSync(path),
  );
}

function configDirectory(host: Host): string {
  return join(host.env.XDG_CONFIG_HOME || join(host.env.HOME || homedir(), '.config'), 'packwright');
}

function textOf(path: string): string | { readonly problem: string } {
  try {
    if (statSync(path).size > MAX_BYTES) return { problem: 'is larger than 4 MiB: no sites file is' };
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return { problem: code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})` };
  }
}
