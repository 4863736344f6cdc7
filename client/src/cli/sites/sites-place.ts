import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SitesFault } from '../../grid/model.ts';
import { openSitesFile, type SitesPlace } from '../../sites/sites-place.ts';
import { complain, type Host } from '../host.ts';
import { shownPath } from '../shown-path.ts';
import type { CommonOptions } from './options.ts';

/** Reads the sites file of `--sites`, or the one that is found; complains when there is none, or it means nothing. */
export function openSites(options: CommonOptions, host: Host): SitesPlace | undefined {
  const path = options.sites === undefined ? found(host) : resolve(host.cwd, options.sites);
  if (path === undefined) {
    const other = join(configDirectory(host), 'sites.yaml');
    complain(host, `there is no sites.yaml here, nor ${other}; name one with --sites`);
    return undefined;
  }
  const opening = openSitesFile(path);
  if (opening.kind === 'unreadable') {
    complain(host, `${shownPath(path, host.cwd)} ${opening.problem}`);
    return undefined;
  }
  const faults = opening.kind === 'place' ? opening.place.faults : opening.faults;
  for (const fault of faults) complain(host, faultLine(path, fault, host));
  return opening.kind === 'place' ? opening.place : undefined;
}

/** `sites.yaml:3:5: MESSAGE; REMEDY`. */
function faultLine(path: string, { line, column, message, remedy }: SitesFault, host: Host): string {
  return `${shownPath(path, host.cwd)}:${line}:${column}: ${message}; ${remedy}`;
}

function found(host: Host): string | undefined {
  return [join(host.cwd, 'sites.yaml'), join(configDirectory(host), 'sites.yaml')].find(path =>
    existsSync(path),
  );
}

function configDirectory(host: Host): string {
  return join(host.env.XDG_CONFIG_HOME || join(host.env.HOME || homedir(), '.config'), 'packwright');
}
