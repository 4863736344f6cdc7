import { open, rename, rm } from 'node:fs/promises';
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

/** Writes a text to standard output, or to the file of `--output` in one step: its reader meets the old or the new one. */
export async function writeText(text: string, { output }: StatusOptions, host: Host): Promise<boolean> {
  if (output === undefined) {
    host.out.write(text);
    return true;
  }
  const path = resolve(host.cwd, output);
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o666);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return true;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    complain(
      host,
      `${output} cannot be written (${(error as NodeJS.ErrnoException).code ?? error}); the old one is as it was`,
    );
    return false;
  }
}

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
