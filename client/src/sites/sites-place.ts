import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Site, SitesFault, SitesFile } from '../grid/model.ts';
import { readSites } from '../grid/sites-file.ts';

/** A sites file that can be worked with, and what is wrong in it all the same. */
export interface SitesPlace {
  /** Absolute. */
  readonly path: string;
  readonly file: SitesFile;
  readonly faults: readonly SitesFault[];
}

/** What came of reading a sites file. */
export type SitesOpening =
  | { readonly kind: 'place'; readonly place: SitesPlace }
  /** Its text means nothing. */
  | { readonly kind: 'faults'; readonly faults: readonly SitesFault[] }
  /** There is no text; completes "FILE ...". */
  | { readonly kind: 'unreadable'; readonly problem: string };

/** More is no sites file. */
const MAX_BYTES = 4 << 20;

/** Reads the sites file of an absolute path. */
export function openSitesFile(path: string): SitesOpening {
  try {
    if (statSync(path).size > MAX_BYTES)
      return { kind: 'unreadable', problem: 'is larger than 4 MiB: no sites file is' };
    const { file, faults } = readSites(readFileSync(path, 'utf8'), dirname(path));
    return file
      ? { kind: 'place', place: { path, file: complete(file), faults } }
      : { kind: 'faults', faults };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    const problem = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    return { kind: 'unreadable', problem };
  }
}

/** Whoever moves a job on, with whatever sites file, has to know what its own says: it is kept with its site. */
function complete(file: SitesFile): SitesFile {
  const { vulnerabilities } = file;
  return vulnerabilities ? { ...file, sites: file.sites.map(site => ({ ...site, vulnerabilities })) } : file;
}

/** Every site of the file: the good ones in its order, then those that are left out for a fault. */
export function siteNames({ file, faults }: SitesPlace): readonly string[] {
  const names = [...file.sites.map(site => site.name), ...faults.flatMap(fault => fault.site ?? [])];
  return [...new Set(names)];
}

/** The sites among the names that are described well enough to be asked something. */
export function sitesNamed({ file }: SitesPlace, names: readonly string[]): readonly Site[] {
  const wanted = new Set(names);
  return file.sites.filter(site => wanted.has(site.name));
}
