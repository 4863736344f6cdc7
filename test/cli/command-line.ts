import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Host, Sink } from '../../client/src/cli/host.ts';
import { runCli } from '../../client/src/cli/program.ts';

/** What one run of the program said. `code` is `undefined` when the process would live on. */
export interface Said {
  readonly code: number | undefined | null;
  readonly out: string;
  readonly err: string;
}

/** Indexes of repositories, kept apart from the user's. */
const cache = mkdtempSync(join(tmpdir(), 'packwright-cli-cache-'));
process.once('exit', () => rmSync(cache, { recursive: true, force: true }));

/** Runs the command line in this process. */
export async function packwright(argv: readonly string[], cwd: string, colours = false): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const sink = (to: string[]): Sink => ({ write: text => void to.push(text), terminal: false, colours });
  const { signal } = new AbortController();
  const host: Host = { cwd, env: { XDG_CACHE_HOME: cache }, out: sink(out), err: sink(err), signal };
  const code = await runCli(argv, host);
  return { code, out: out.join(''), err: err.join('') };
}

/** The built program. */
export const program = resolve('out/cli.cjs');

/** Runs the built program. */
export function builtPackwright(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Said {
  if (!existsSync(program)) throw new Error(`${program} is not built: npm run build`);
  const ran = spawnSync(process.execPath, [program, ...argv], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: process.env.PATH, XDG_CACHE_HOME: cache, ...env },
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}
