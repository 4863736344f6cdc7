import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { format } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { outputMark } from './output-mark.ts';
import { type ServerOptions, startServer, type WorkbenchServer } from './server.ts';

/** What to open in a workbench. */
export interface WorkbenchOptions extends Omit<ServerOptions, 'scratch' | 'port'> {
  /** Path of the browser. */
  readonly chromium: string;
  /** A directory or a `.code-workspace` file. */
  readonly workspace: string;
  /** Directories of extensions under development. */
  readonly development?: readonly string[];
  /** Module whose `run` is called in the extension host; its outcome settles `finished`. */
  readonly suite?: string;
  /** Lines that the suite, the extension host and the page write. */
  readonly onLine?: (line: string) => void;
}

/** A VS Code window: a server and a page without a screen that shows it. */
export interface Workbench {
  readonly page: Page;
  /** Exit code of the suite; 70 when the page and 71 when the server died. */
  readonly finished: Promise<number>;
  /** Closes the page, ends every process and removes what they wrote. */
  close(): Promise<void>;
}

/** What makes Chromium start anywhere and stay off the network. */
export const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/** Opens a workbench. Needs `installServer` and `installChromium`. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const scratch = mkdtempSync(join(tmpdir(), 'packwright-host-'));
  let server: WorkbenchServer | undefined;
  let context: BrowserContext | undefined;
  const close = async () => {
    await context?.close().catch(() => undefined);
    await server?.close();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    server = await startServer({ ...options, scratch });
    context = await chromium.launchPersistentContext(join(scratch, 'profile'), {
      executablePath: options.chromium,
      viewport: { width: 1400, height: 900 },
      args: browserArguments,
    });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], {
      origin: `http://${server.authority}`,
    });
    const page = context.pages()[0] ?? (await context.newPage());
    const finished = Promise.withResolvers<number>();
    await observe(page, server, options.onLine ?? (() => undefined), finished.resolve);
    await developHere(context, server.authority, options);
    await page.goto(addressOf(server, options.workspace));
    return { page, finished: finished.promise, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Address of a directory or workspace file in a running server. */
export function addressOf(server: WorkbenchServer, workspace: string): string {
  const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
  const path = encodeURIComponent(resolve(workspace)).replaceAll('%2F', '/');
  return `http://${server.authority}/?${kind}=${path}`;
}

/** Listens to what a suite reports: the workbench calls two functions of its page. */
async function observe(
  page: Page,
  server: WorkbenchServer,
  onLine: (line: string) => void,
  finish: (code: number) => void,
): Promise<void> {
  await page.exposeFunction('codeAutomationLog', (_level: string, args: unknown[]) =>
    onLine(format(...args)),
  );
  await page.exposeFunction('codeAutomationExit', finish);
  page.on('console', message => {
    if (!message.text().includes(outputMark)) onLine(message.text());
  });
  page.on('crash', () => finish(70));
  const lost = () => finish(71);
  server.exited.then(lost, lost);
}

/** Puts extensions under development into the page's configuration before the workbench reads it. */
async function developHere(
  context: BrowserContext,
  authority: string,
  options: WorkbenchOptions,
): Promise<void> {
  const uri = (path: string) => ({ $mid: 1, scheme: 'vscode-remote', authority, path: resolve(path) });
  const development = {
    extensions: (options.development ?? []).map(uri),
    ...(options.suite === undefined ? {} : { extensionTestsPath: uri(options.suite) }),
  };
  if (development.extensions.length === 0) return;
  await context.addInitScript(`{
    const get = Element.prototype.getAttribute;
    Element.prototype.getAttribute = function (name) {
      const value = get.call(this, name);
      if (!value || name !== 'data-settings' || this.id !== 'vscode-workbench-web-configuration') return value;
      const settings = JSON.parse(value);
      Object.assign(settings.developmentOptions ??= {}, ${JSON.stringify(development)});
      return JSON.stringify(settings);
    };
  }`);
}
