import type { ClientCapabilities } from 'vscode-languageserver/node';
import { portsOf } from '../../server/src/lsp/ports.ts';
import { serve } from '../../server/src/lsp/server.ts';
import type { Ports } from '../../server/src/session.ts';
import { type ClientOptions, LspClient, pair } from '../support/lsp-client.ts';
import { ScratchTree } from '../support/scratch-tree.ts';

/** A package whose script needs an interpreter, the package that has it, and no dependency between them. */
export const greetings = `
-- packwright.yaml --
proto: [proto]
-- greet.p5m --
set name=pkg.fmri value=pkg:/app/greet@1.0
file path=usr/bin/greet owner=root group=bin mode=0555
-- perl.p5m --
set name=pkg.fmri value=pkg:/runtime/perl@5.36
file path=usr/bin/perl owner=root group=bin mode=0555
-- proto/usr/bin/greet (mode=0555) --
#!/usr/bin/perl
print "hello";
-- proto/usr/bin/perl (mode=0555) --
binary
`;

/** What VS Code says of itself, as far as it matters here. */
export const editor: ClientCapabilities = {
  textDocument: {
    synchronization: { dynamicRegistration: true, didSave: true },
    diagnostic: { dynamicRegistration: true },
    codeAction: { dynamicRegistration: true },
    hover: { dynamicRegistration: true, contentFormat: ['markdown', 'plaintext'] },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
  workspace: {
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
    diagnostics: { refreshSupport: true },
    workspaceEdit: { documentChanges: true },
    workspaceFolders: true,
  },
  window: { workDoneProgress: true },
};

/** The same, but for what is registered later. */
export const puller: ClientCapabilities = {
  textDocument: { diagnostic: {}, hover: { contentFormat: ['markdown'] } },
  workspace: {
    diagnostics: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true },
  },
};

/** What a test set up, to be taken down after it. */
export class Bench {
  readonly #trees: ScratchTree[] = [];
  readonly #clients: LspClient[] = [];

  tree(source: string): ScratchTree {
    const tree = new ScratchTree(source);
    this.#trees.push(tree);
    return tree;
  }

  /** A server in this process, and its client. */
  async client(options: ClientOptions, spy: (ports: Ports) => Ports = ports => ports): Promise<LspClient> {
    const [server, connection] = pair();
    serve(server, {
      exit: () => server.dispose(),
      follow: () => {},
      ports: (configuration, given) => spy(portsOf(configuration, given)),
    });
    server.listen();
    const client = new LspClient(connection, options.configuration);
    this.#clients.push(client);
    return client.initialize(options);
  }

  async takeDown(): Promise<void> {
    for (const client of this.#clients.splice(0)) {
      await client.request('shutdown', undefined);
      client.notify('exit', undefined);
      client.connection.dispose();
    }
    for (const tree of this.#trees.splice(0)) tree.remove();
  }
}
