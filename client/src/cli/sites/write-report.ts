import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { styleText } from 'node:util';
import { statusJson } from '../../report/status-json.ts';
import type { StatusReport } from '../../report/status-report.ts';
import { statusText, type TextStyle, type Tone } from '../../report/status-text.ts';
import { complain, type Host, printableLine } from '../host.ts';
import type { StatusOptions } from './options.ts';

/** Writes a status report as `--format` and `--output` say; `false`, with a complaint, when it cannot be written. */
export async function writeStatus(
  report: StatusReport,
  options: StatusOptions,
  host: Host,
): Promise<boolean> {
  const text = options.format === 'json' ? statusJson(report) : statusText(report, style(options, host));
  return writeText(text, options, host);
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
