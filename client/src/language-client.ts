import { type ExtensionContext, type TextDocument, window } from 'vscode';
import {
  CloseAction,
  DidChangeTextDocumentNotification,
  DocumentDiagnosticRequest,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  TransportKind,
} from 'vscode-languageclient/node';
import { initializationOptions, section } from './settings.ts';

/** The connection to the language server. */
export type PackwrightClient = LanguageClient;

/** Makes the client of `out/server.cjs`; it starts with `start()`. */
export function createLanguageClient(context: ExtensionContext): PackwrightClient {
  const module = context.asAbsolutePath('out/server.cjs');
  const options = { execArgv: ['--enable-source-maps'] };
  const client = new LanguageClient(
    section,
    'Packwright',
    {
      run: { module, transport: TransportKind.ipc, options },
      debug: {
        module,
        transport: TransportKind.ipc,
        options: { execArgv: [...options.execArgv, '--inspect=6019'] },
      },
    },
    clientOptions(context),
  );
  pullVisible(client);
  return client;
}

/**
 * Manifests and settings files only: payload files can have any language, and the server registers
 * for them itself once it knows the proto areas.
 */
function clientOptions(context: ExtensionContext): LanguageClientOptions {
  return {
    documentSelector: [
      { scheme: 'file', language: 'p5m' },
      { scheme: 'file', pattern: '**/packwright.yaml' },
    ],
    initializationOptions: () => initializationOptions(context),
    initializationFailedHandler: () => false,
    errorHandler: quietErrorHandler(),
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    markdown: { isTrusted: false, supportHtml: false },
  };
}

/** How long the keys rest before other visible documents are asked about (ms). */
const pause = 100;

/**
 * Asks for the diagnostics of every visible document when another one was edited: a payload beside its
 * manifest, or the payload from which a fix edited the manifest. The library asks at once for what is
 * typed into, for what is in the background within seconds, and for the active document not at all.
 */
function pullVisible(client: LanguageClient): void {
  let timer: NodeJS.Timeout | undefined;
  const pull = (edited: TextDocument) => {
    const feature = client.getFeature(DocumentDiagnosticRequest.method);
    const others = window.visibleTextEditors
      .map(({ document }) => document)
      .filter(document => document !== edited);
    for (const provider of new Set(others.map(document => feature.getProvider(document)))) {
      provider?.onDidChangeDiagnosticsEmitter.fire();
    }
  };
  client.getFeature(DidChangeTextDocumentNotification.method).onNotificationSent(({ textDocument }) => {
    clearTimeout(timer);
    timer = setTimeout(pull, pause, textDocument);
  });
}

/** Restarts a server that died, up to four times in three minutes; the status item tells, nothing pops up. */
function quietErrorHandler(): ErrorHandler {
  const deaths: number[] = [];
  return {
    error: (_error, _message, count = 1) => ({
      action: count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
      handled: true,
    }),
    closed: () => {
      deaths.push(Date.now());
      const tooOften = deaths.length > 4 && deaths.at(-1)! - deaths.at(-5)! < 180_000;
      return { action: tooOften ? CloseAction.DoNotRestart : CloseAction.Restart, handled: true };
    },
  };
}
