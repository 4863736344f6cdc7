import assert from 'node:assert/strict';
import { capture, comparable, type Order } from './captures.ts';
import type { Lab } from './site.ts';

/** How a recording is replayed. */
export interface Replay {
  readonly order?: Order;
  /** Commands that bring the site into the state that the recording began with. */
  readonly after?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Size over which no file can grow, in KiB: stands for a full disk. */
  readonly limit?: number;
}

/** Runs what was recorded as the account that ran it, and finds the same exit code and texts. */
export async function replay(lab: Lab, name: string, how: Replay): Promise<void> {
  const { order, after, environment, limit } = how;
  const { user, command, ...wanted } = capture(name);
  if (after) await lab.prepare(after);
  const line = limit ? `trap '' XFSZ; ulimit -f ${limit}; ${command}` : command;
  const ran = await lab.run(line, user, environment);
  assert.deepEqual(
    { exit: ran.exit, stdout: comparable(ran.stdout, order), stderr: comparable(ran.stderr, order) },
    { exit: wanted.exit, stdout: comparable(wanted.stdout, order), stderr: comparable(wanted.stderr, order) },
  );
}

/** The second repository of the recordings. */
export const repository = 'http://127.0.0.1:8931/repo2/All';

/** Adds packages and what they need from it. */
export function adding(names: string): string {
  return `PKG_PATH=${repository} pkg_add ${names}`;
}

/** Brings a new site to the sixteen packages that most recordings were made with. */
export const sixteen = `pkg_add ${[
  ...['plistdemo', 'shlock', 'pkg_tarup', 'pkg_alternatives', 'pkgfind', 'pkg_leaves', 'minilang'],
  ...['slowpkg', 'cpuflags', 'libgreet', 'greet', 'digest'],
]
  .map(name => `${repository}/${name}`)
  .join(' ')}`;

/** Fourteen of them. */
export const fourteen = `${sixteen} && pkg_delete slowpkg pkg_tarup`;

/** What `bmake replace` was recorded with: libgreet and greet 1.0, neither of them automatic. */
export const replaceable = `${sixteen} && pkg_delete slowpkg plistdemo greet libgreet && cd /lab/www/repo1/All &&
  pkg_add libgreet greet && ${adding('netpgpverify pkg_chk')}`;
