import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { vscodeServer } from './parts.ts';

/** How to start the VS Code server. */
export interface ServerOptions {
  /** Empty directory for everything that the server writes. */
  readonly scratch: string;
  /** Directory with installed extensions; absent: none are installed. */
  readonly extensions?: string;
  /** Ask for workspace trust as a user's editor does; absent: everything is trusted. */
  readonly restricted?: boolean;
  /** User settings beyond the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment of server, extension host and language server. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Port to listen on when it is free. */
  readonly port?: number;
}

/** A running VS Code server without a window. */
export interface WorkbenchServer {
  /** `127.0.0.1:PORT`. */
  readonly authority: string;
  /** Settles when the process is gone, however that came. */
  readonly exited: Promise<void>;
  /** Ends the server and everything that it started. */
  close(): Promise<void>;
}

/** No tips, no chat, no telemetry, no updates: nothing that moves by itself. */
const quiet = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.confirmBeforeClose': 'never',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Starts the server and waits until it listens. Needs `installServer`. */
export async function startServer(options: ServerOptions): Promise<WorkbenchServer> {
  const port = (await freePort(options.port ?? 0)) ?? (await freePort(0))!;
  const user = join(options.scratch, 'user');
  mkdirSync(join(user, 'User'), { recursive: true });
  writeFileSync(join(user, 'User/settings.json'), JSON.stringify({ ...quiet, ...options.settings }));
  const args = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'];
  const server = spawn(
    process.execPath,
    [...command(options.scratch, options.extensions), ...args, ...trust(options)],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...cleanEnvironment(), ...options.environment },
      detached: true, // its own process group, so that `close` reaches every child
    },
  );
  const exited = new Promise<void>(resolve => server.once('exit', () => resolve()));
  const killGroup = () => signalGroup(server, 'SIGKILL');
  process.once('exit', killGroup);
  const close = async () => {
    const force = setTimeout(killGroup, 5000);
    if (server.exitCode === null && server.signalCode === null) {
      signalGroup(server, 'SIGTERM');
      await exited;
    }
    clearTimeout(force);
    killGroup();
    process.off('exit', killGroup);
  };
  try {
    await listening(server);
  } catch (error) {
    await close();
    throw error;
  }
  return { authority: `127.0.0.1:${port}`, exited, close };
}

/** Installs a VSIX into a directory of extensions, as the user's own editor would. */
export function installExtension(vsix: string, extensions: string, scratch: string): void {
  const args = [...command(scratch, extensions), '--install-extension', vsix];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: cleanEnvironment(),
  });
  if (status !== 0) throw new Error(`installing ${vsix} failed:\n${stdout}${stderr}`);
}

function command(scratch: string, extensions: string | undefined): readonly string[] {
  return [
    join(vscodeServer, 'out/server-main.js'),
    '--accept-server-license-terms',
    '--disable-getting-started-override',
    '--disable-update-check',
    ...['--telemetry-level', 'off'],
    ...['--server-data-dir', join(scratch, 'server')],
    ...['--user-data-dir', join(scratch, 'user')],
    ...['--extensions-dir', extensions ?? join(scratch, 'extensions')],
  ];
}

function trust({ restricted }: ServerOptions): readonly string[] {
  return restricted ? [] : ['--disable-workspace-trust'];
}

/** Without what npm or an editor around us has set; without a gallery there is no traffic. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VSCODE_|ELECTRON_|NODE_OPTIONS$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{}' };
}

function listening(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (reason: unknown) =>
      reject(new Error(`the VS Code server did not start (${reason}):\n${output}`));
    const timer = setTimeout(fail, 60_000, 'no answer in a minute');
    const read = (data: Buffer) => {
      output = (output + data).slice(-10_000);
      if (!output.includes('Extension host agent started')) return;
      clearTimeout(timer);
      resolve();
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('error', fail).once('exit', fail);
  });
}

function signalGroup(server: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (server.pid !== undefined) process.kill(-server.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** The port if nobody has it, any free one for 0. */
function freePort(port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const probe = createServer();
    probe
      .once('error', () => resolve(undefined))
      .listen(port, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
      });
  });
}
