/** Runs the in-host suite through @vscode/test-electron, in the VS Code that this machine has. */
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { runTests } from '@vscode/test-electron';
import { projectRoot } from '../host/project-root.ts';
import { finish, notRun, scratchDirectory, workbenchParts } from '../host/suite-program.ts';

async function main(): Promise<void> {
  const parts = workbenchParts();
  if ('missing' in parts) return notRun('workbench', parts.missing);
  const scratch = scratchDirectory();
  const workspace = join(scratch, 'workspace');
  cpSync(join(projectRoot, 'test/client/workspace'), workspace, { recursive: true });
  writeSites(workspace, scratch);
  // The launcher is run by `env node`: that must be the Node that runs us.
  process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const launcher = join(projectRoot, 'out-test/host/code.main.cjs');
  chmodSync(launcher, 0o755);
  let counts = { passes: 0, failures: 1 };
  try {
    await runTests({
      vscodeExecutablePath: process.env.VSCODE_EXECUTABLE ?? launcher,
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: join(projectRoot, 'out-test/client/in-host.main.cjs'),
      extensionTestsEnv: {
        XDG_STATE_HOME: join(scratch, 'state'),
        XDG_CONFIG_HOME: join(scratch, 'config'),
      },
      launchArgs: [workspace, '--disable-extensions'],
      stdout: lines(line => {
        const found = /^(?<passes>\d+) passed, (?<failures>\d+) failed$/.exec(line)?.groups;
        if (found === undefined) console.log(line);
        else counts = { passes: Number(found.passes), failures: Number(found.failures) };
      }),
    });
  } catch (error) {
    if (counts.failures === 0) counts = { ...counts, failures: 1 };
    console.log(String(error));
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
  finish(counts);
}

/** A sites file with one site on this machine, which has an empty area. */
function writeSites(workspace: string, scratch: string): void {
  const area = join(scratch, 'area');
  mkdirSync(area);
  chmodSync(area, 0o2775);
  const defaults = { backend: 'local', spool: join(scratch, 'spool'), minimumFree: '1M' };
  const file = { vo: 'atlas', defaults, sites: [{ name: 'here', area }] };
  writeFileSync(join(workspace, 'sites.yaml'), JSON.stringify(file));
}

/** A stream that gives whole lines. */
function lines(onLine: (line: string) => void): Writable {
  let rest = '';
  return new Writable({
    write(chunk, _encoding, done) {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      parts.forEach(onLine);
      done();
    },
  });
}

main().catch(error => {
  console.error(error);
  finish({ passes: 0, failures: 1 });
});
