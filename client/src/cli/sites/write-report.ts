import { open, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { styleText } from 'node:util';
import type { SiteStore } from '../../grid/store.ts';
import { statusJson } from '../../report/status-json.ts';
import type { StatusReport } from '../../report/status-report.ts';
import { statusText, type TextStyle, type Tone } from '../../report/status-text.ts';
import type { SitesPlace } from '../../sites/sites-place.ts';
import { complain, type Host, printableLine } from '../host.ts';
import type { StatusOptions } from './options.ts';

/** A report, and what its page is made of beside it. */
export interface Shown {
  readonly report: StatusReport;
  readonly place: SitesPlace;
  readonly store: SiteStore;
}

/** Writes a status report as `--format` and `--output` say; `false`, with a complaint, when it cannot be written. */
export async function writeStatus(shown: Shown, options: StatusOptions, host: Host): Promise<boolean> {
  return writeText(await textOf(shown, options, host), options, host);
}

async function textOf({ report, place, store }: Shown, options: StatusOptions, host: Host): Promise<string> {
  if (options.format === 'json') return statusJson(report);
  if (options.format === 'text') return statusText(report, style(options, host));
  const { htmlReport } = await import('../../sites/html-report.ts');
  return htmlReport(report, place, store);
}

/**
 * Writes a text to standard output, or to the file of `--output` in one step: its reader meets the old or the new
 * one. A symbolic link stays one; a device or a pipe is written to as it is.
 */
export async function writeText(text: string, { output }: StatusOptions, host: Host): Promise<boolean> {
  if (output === undefined) {
    host.out.write(text);
    return true;
  }
  const path = await destination(resolve(host.cwd, output));
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`);
  try {
    const there = await stat(path).catch(() => undefined);
    if (there && !there.isFile() && !there.isDirectory()) {
      await writeFile(path, text);
      return true;
    }
    await replace(path, temporary, text);
    return true;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    complain(host, `${output} cannot be written (${why(error)}); what was there is as it was`);
    return false;
  }
}

async function replace(path: string, temporary: string, text: string): Promise<void> {
  const file = await open(temporary, 'wx', 0o666);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** Where a path leads; a link may lead to a file that is not there yet. */
async function destination(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const target = await readlink(path).catch(() => undefined);
    return target === undefined ? path : resolve(dirname(path), target);
  }
}

function why(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return WORDS[code] ?? (code || String(error));
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'its directory is no directory',
  EISDIR: 'it is a directory',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'files may not become so large',
  EACCES: 'its directory may not be written',
  EPERM: 'its directory may not be written',
  EROFS: 'its file system is read-only',
};

/** Colours on a terminal; everything from a site is made harmless. */
export function style({ output }: StatusOptions, host: Host): TextStyle {
  const colours = host.out.colours && output === undefined;
  return {
    clean: printableLine,
    paint: (tone, text) => (colours ? styleText(FORMATS[tone], text, { validateStream: false }) : text),
  };
}

const FORMATS = { good: 'green', bad: 'red', busy: 'yellow', heading: 'bold' } as const satisfies Record<
  Tone,
  string
>;
