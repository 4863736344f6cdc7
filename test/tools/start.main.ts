/**
 * `npm start`: the extension and the example workspace in an editor. Desktop VS Code where `code` is
 * on the PATH; otherwise a VS Code server on this machine, whose address is printed for any browser.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installServer, which } from '../host/parts.ts';
import { projectRoot } from '../host/project-root.ts';
import { installExtension, startServer } from '../host/server.ts';
import { addressOf } from '../host/workbench.ts';
import { packAll } from './packages.ts';

const example = join(projectRoot, 'examples/greetings');
const usualPort = 8917;

function startDesktop(code: string): void {
  console.log(`Opening ${example} in ${code}`);
  const args = [`--extensionDevelopmentPath=${projectRoot}`, example];
  spawn(code, args, { stdio: 'inherit' }).once('exit', status => process.exit(status ?? 1));
}

/** The window is the user's own browser, so the extension comes in as users install it: by its VSIX. */
async function startHere(): Promise<void> {
  const missing = installServer();
  if (missing !== undefined) throw new Error(missing);
  const scratch = mkdtempSync(join(tmpdir(), 'packwright-start-'));
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
  const extensions = join(scratch, 'extensions');
  installExtension(packAll(scratch).vsix, extensions, scratch);
  const server = await startServer({ scratch, extensions, port: usualPort });
  console.log(
    `\nPackwright runs. Open this address in a browser:\n\n  ${addressOf(server, example)}\n\nCtrl-C stops it.`,
  );
  const stop = () => server.close().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop).once('SIGHUP', stop);
  await server.exited;
  await server.close();
}

const code = which('code');
if (code === undefined) {
  startHere().then(
    () => process.exit(0),
    error => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
} else startDesktop(code);
