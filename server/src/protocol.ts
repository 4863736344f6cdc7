/**
 * What client and server say to each other beyond the Language Server Protocol.
 *
 * Types and names only, so that the editor client may import it. Everything here is optional for
 * other clients: a server that is told nothing works with `packwright.yaml` alone.
 *
 * Settings are not here: the server asks for the section `packwright` with `workspace/configuration`,
 * per package tree, and registers for `workspace/didChangeConfiguration`. A value of `null` means
 * that the editor does not override `packwright.yaml`.
 */

/** `initializationOptions` of `initialize`. */
export interface InitializationOptions {
  /**
   * False in a workspace that the user does not trust: nothing outside the workspace folders is read,
   * whatever its settings name. Absent means trusted. When trust is granted the client restarts the server.
   */
  readonly trusted?: boolean;
  /**
   * True: catchers of one's own that `packwright.yaml` names (`plugins`) may be loaded and run. Clients that say
   * `trusted: true` need not say so.
   */
  readonly plugIns?: boolean;
  /** Settings for clients that cannot answer `workspace/configuration`. */
  readonly settings?: ClientSettings;
  /** True for a client that understands `packwright/status`; others would only complain of it. */
  readonly status?: boolean;
  /** Absolute path of a directory for the indexes of repositories. Absent: the user's cache directory. */
  readonly cachePath?: string;
}

/** The section `packwright` of an editor's settings. Absent and `null` mean: as in `packwright.yaml`. */
export interface ClientSettings {
  readonly proto?: readonly string[] | null;
  readonly macros?: Readonly<Record<string, string>> | null;
  readonly repositories?: readonly { readonly uri: string }[] | null;
  readonly closed?: boolean | null;
  readonly policy?: {
    readonly transitive?: 'closure' | 'direct' | null;
    readonly generated?: readonly string[] | null;
  };
  readonly catchers?: Readonly<Record<string, 'on' | 'off'>> | null;
  readonly incorporation?: readonly string[] | null;
  readonly publishers?: readonly string[] | null;
  readonly unlocked?: readonly string[] | null;
}

/**
 * Notification from the server: `params` is a `Status`. Sent to clients that asked for it, when it
 * changed, a few times a second at most.
 */
export const statusNotification = 'packwright/status';

/** What the server works on and what it lacks, one entry per package tree. */
export interface Status {
  readonly trees: readonly TreeState[];
}

/** State of one package tree. */
export interface TreeState {
  /** URI of its directory. */
  readonly root: string;
  /** Proto areas that do not exist yet, as the settings name them: their manifests are not checked. */
  readonly unbuilt: readonly string[];
  readonly repositories: readonly RepositoryState[];
  /** Manifests that were read, and how many there are. */
  readonly manifests: { readonly read: number; readonly total: number };
}

/** State of one configured repository. */
export interface RepositoryState {
  /** As the settings name it. */
  readonly uri: string;
  readonly state: 'waiting' | 'indexing' | 'ready' | 'failed';
  /** Packages and paths known, when ready. */
  readonly packages?: number;
  readonly paths?: number;
  /** Why it failed and the remedy. */
  readonly message?: string;
}

/**
 * Request to the server: `WhyParams` -> `Why`, or `null` when nothing at the position has a need.
 * Positions in manifests and in payload files are answered.
 */
export const whyRequest = 'packwright/why';

/** Position about which `packwright/why` asks; a `TextDocumentPositionParams`. */
export interface WhyParams {
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

/** The proofs at a position, in the order in which a person wants to read them. */
export interface Why {
  readonly needs: readonly WhyNeed[];
}

/** One need or declared dependency and its proof. */
export interface WhyNeed {
  /** One sentence: `usr/bin/greet needs /usr/bin/perl: not declared`. */
  readonly title: string;
  readonly steps: readonly WhyStep[];
}

/** One step of a proof. */
export interface WhyStep {
  readonly text: string;
  /** Where to look, when there is something to open. */
  readonly location?: { readonly uri: string; readonly line?: number; readonly character?: number };
}
