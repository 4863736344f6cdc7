import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a kit's tools are built for: they cannot be moved. */
export interface KitPlace {
  /** Absolute. */
  readonly prefix: string;
  /** Absolute; `PREFIX/var/db/pkg` when absent, as in 2016 (today's kits have `PREFIX/pkgdb`). */
  readonly database?: string;
  /** Version of pkg_install, a date; 20160410 when absent. */
  readonly version?: string;
}

/** The checkout: tests run as bundles below `out-test`, at any depth. */
export const checkout = __dirname.replace(/\/out-test.*$/, '');

const sources = join(checkout, 'test/support/pkgsrc/tools');

/** The package database of a kit. */
export function databaseOf(place: KitPlace): string {
  return place.database ?? `${place.prefix}/var/db/pkg`;
}

/** The program that is pkg_add, pkg_delete, pkg_info and pkg_admin, by the name it is called with. */
export function toolProgram(place: KitPlace): Buffer {
  const program = Buffer.from(compiled());
  fill(program, 'prefix', place.prefix);
  fill(program, 'database', databaseOf(place));
  fill(program, 'version', place.version ?? '20160410');
  return program;
}

/** The script that is bmake. */
export function bmakeScript(place: KitPlace): string {
  return readFileSync(join(sources, 'bmake.sh'), 'utf8')
    .replace('@prefix@', place.prefix)
    .replace('@database@', databaseOf(place));
}

/** Writes a text over its place in the program; the place is far longer than any path here. */
function fill(program: Buffer, name: string, text: string): void {
  const mark = `@packwright-double-${name}@`;
  const at = program.indexOf(mark);
  if (at < 0) throw new Error(`no place for the ${name}`);
  program.fill(0, at, at + mark.length);
  program.write(text, at);
}

let program: Buffer | undefined;

/** Compiled once in a run of tests. */
function compiled(): Buffer {
  if (program) return program;
  const directory = mkdtempSync(join(tmpdir(), 'packwright-tools-'));
  try {
    const files = globSync(join(sources, '*.c'));
    const output = join(directory, 'tool');
    const result = spawnSync('gcc', ['-std=gnu11', '-O1', '-s', '-o', output, ...files, '-lm'], {
      encoding: 'utf8',
    });
    if (result.status !== 0) throw new Error(`gcc: ${result.error?.message ?? result.stderr}`);
    program = readFileSync(output);
    return program;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
