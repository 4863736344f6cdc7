import type { SshHost } from './site.ts';

/**
 * What to carry out, as data, so that tests can compare it. Kinds beside `script` (an HTTP request, for a
 * batch system that is spoken to by HTTP) join this union.
 */
export type Command = ScriptCommand;

/** A POSIX shell text that is given to `sh -s` on standard input, here or at an ssh host. */
export interface ScriptCommand {
  readonly kind: 'script';
  /** Absent: this machine. */
  readonly host?: SshHost;
  readonly script: string;
  /**
   * The script prints `MARK begin` first and `MARK end CODE` last, each alone on a line; only what stands
   * between counts, so that no banner or profile can speak for it. Random, new for each command.
   */
  readonly mark: string;
  /** Given up and killed after. */
  readonly seconds: number;
  /** More output than this is cut off, and the answer is `unsure`. */
  readonly maxBytes: number;
}

/** What came of a command. */
export type Answer =
  /** The script ran to its end; `lines` stood between the marks. */
  | {
      readonly kind: 'ended';
      readonly lines: readonly string[];
      readonly code: number;
      readonly stderr: string;
    }
  /** Certain: nothing ran, because the host was not reached. */
  | { readonly kind: 'unreached'; readonly reason: string }
  /** Certain: nothing ran, because the host or its key refused; the reason says what mends it. */
  | { readonly kind: 'denied'; readonly reason: string }
  /** It may have run, wholly or in part. */
  | { readonly kind: 'unsure'; readonly reason: string; readonly lines: readonly string[] };

/** Carries out a command. Never throws: what went wrong is an answer. */
export type Run = (command: Command, signal: AbortSignal) => Promise<Answer>;
