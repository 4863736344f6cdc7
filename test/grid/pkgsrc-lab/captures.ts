import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../../support/pkgsrc/index.ts';

/** A recorded run of real tools: see test/data/pkgsrc/captures/README.md. */
export interface Capture {
  readonly name: string;
  readonly user: string;
  readonly command: string;
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const directory = join(checkout, 'test/data/pkgsrc/captures');

/** Names of all recorded runs. */
export function captureNames(): readonly string[] {
  return readdirSync(directory).flatMap(file => (file.endsWith('.txt') ? [file.slice(0, -4)] : []));
}

/** One recorded run. */
export function capture(name: string): Capture {
  const text = readFileSync(join(directory, `${name}.txt`), 'utf8');
  const [head = '', output = ''] = text.split('### stdout:\n');
  const [stdout = '', stderr = ''] = output.split('### stderr:\n');
  const field = (pattern: RegExp) => pattern.exec(head)?.[1] ?? '';
  return {
    name,
    user: field(/user: (\S+)/),
    command: field(/^### command: (.*)$/m),
    exit: Number(field(/^### exit: (\d+)$/m)),
    stdout,
    stderr,
  };
}

/** The lines of a recorded file that is not in the form of a run. */
export function captureText(name: string): string {
  return readFileSync(join(directory, `${name}.txt`), 'utf8');
}

/** Rows `pattern, name, match | nomatch | error` that the real tool was asked. */
export function matchRows(): readonly (readonly string[])[] {
  return ['pmatch.tsv', 'pmatch-random.tsv'].flatMap(name =>
    readFileSync(join(checkout, 'test/data/pkgsrc-formats', name), 'utf8')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => line.split('\t')),
  );
}

/**
 * Both texts of a run without what differs from run to run. Everything that is not compared is listed here:
 *
 * - of `ls -l`: the number of links, sizes, dates, `total`, and the width of columns;
 * - digests of programs, and sizes of package files (the recorded ones were compiled);
 * - the process id in the shell's note of a killed job;
 * - the numbers of accounts, and of the shell;
 * - what `df` says of the file system;
 * - progress dots of `pkg_admin check`: how many stand before a message depends on the order of a directory;
 * - the order of lines (or of blank-line separated blocks) where it is the order of a directory.
 */
export function comparable(text: string, order: Order = 'kept'): readonly string[] {
  const lines = text
    .replace(/^([-dl][-rwxsStT]{9})\s+\d+ (\S+)\s+(\S+)\s+\d+ \w+ +\d+ [\d:]+ (.*)$/gm, '$1 $2 $3 $4')
    .replace(/\b\d+\((\w+)\)/g, '$1')
    .replace(/^.* \d+% .*$/gm, 'df')
    .replace(/wrk\.\d+/g, 'wrk.N')
    .replace(/^total \d+$/gm, 'total')
    .replace(/MD5:[0-9a-f]{32}/g, 'MD5')
    .replace(/^FILE_SIZE=\d+$/gm, 'FILE_SIZE')
    .replace(/^(bash: line 1:) +\d+ Killed +/gm, '$1 Killed ')
    .replace(/^\.+\n/gm, '')
    .replace(/^\.+(?=\/|rc=)/gm, '');
  if (order === 'blocks') return lines.split('\n\n').sort();
  return order === 'lines' ? lines.split('\n').sort() : lines.split('\n');
}

/** What the order of a run's output means. */
export type Order = 'kept' | 'lines' | 'blocks';
