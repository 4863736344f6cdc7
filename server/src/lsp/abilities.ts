import type { ClientCapabilities } from 'vscode-languageserver/node';

/** What the client announced, as far as the server asks. What it did not announce it is not sent. */
export interface Abilities {
  /** It asks for diagnostics; otherwise they are sent to it. */
  readonly pull: boolean;
  readonly refresh: boolean;
  readonly configuration: boolean;
  readonly progress: boolean;
  readonly versionedEdits: boolean;
  readonly watchRelative: boolean;
  /** Hovers may be Markdown. */
  readonly markdown: boolean;
  readonly nestedSymbols: boolean;
  readonly lineFoldingOnly: boolean;
  readonly linkTooltips: boolean;
  /** It asks for inlay hints again when it is told to. */
  readonly inlayHintRefresh: boolean;
  /** Methods that can be registered after `initialize`. */
  readonly dynamic: {
    readonly synchronization: boolean;
    readonly diagnostics: boolean;
    readonly codeAction: boolean;
    readonly hover: boolean;
    readonly watching: boolean;
    readonly configuration: boolean;
  };
}

/** Reads the client's announcement; every part of it may be absent. */
export function abilitiesOf({ textDocument, workspace, window }: ClientCapabilities): Abilities {
  const watching = workspace?.didChangeWatchedFiles;
  return {
    pull: textDocument?.diagnostic !== undefined,
    refresh: workspace?.diagnostics?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    progress: window?.workDoneProgress === true,
    versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
    watchRelative: watching?.relativePatternSupport === true,
    markdown: textDocument?.hover?.contentFormat?.includes('markdown') ?? false,
    nestedSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    lineFoldingOnly: textDocument?.foldingRange?.lineFoldingOnly === true,
    linkTooltips: textDocument?.documentLink?.tooltipSupport === true,
    inlayHintRefresh: workspace?.inlayHint?.refreshSupport === true,
    dynamic: {
      synchronization: textDocument?.synchronization?.dynamicRegistration === true,
      diagnostics: textDocument?.diagnostic?.dynamicRegistration === true,
      codeAction: textDocument?.codeAction?.dynamicRegistration === true,
      hover: textDocument?.hover?.dynamicRegistration === true,
      watching: watching?.dynamicRegistration === true,
      configuration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    },
  };
}
