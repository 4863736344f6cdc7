/** Where text goes: standard output or standard error, or what stands in for it. */
export interface Sink {
  write(text: string): void;
  /** True when a person watches: progress may be shown. */
  readonly terminal: boolean;
  readonly colours: boolean;
  /** After much was written: the moment when more is welcome. Absent, or answers nothing: now. */
  readonly drained?: () => Promise<unknown> | undefined;
}

/** Everything a command may know of the process it runs in. */
export interface Host {
  /** Absolute path of the current directory. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For data. */
  readonly out: Sink;
  /** For notes, progress and complaints. */
  readonly err: Sink;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /**
   * Says that this command works until it is told to end: an interrupt is its ordinary end then, with exit code 0,
   * and it may take so many milliseconds over it.
   */
  readonly lasting?: (grace: number) => void;
}

/** 0: nothing found. 1: something at or above `--fail-on`. 2: could not work. */
export type ExitCode = 0 | 1 | 2;

/** Says on standard error why something could not be done. */
export function complain(host: Host, message: string): void {
  host.err.write(`packwright: ${printable(message)}\n`);
}

/** Says on standard error what the reader of the output should know. */
export function note(host: Host, message: string): void {
  host.err.write(`note: ${printable(message)}\n`);
}

/**
 * Text from files, shown so that it cannot steer a terminal: control characters (but line ends and
 * tabs) and the marks that reorder text become escapes.
 */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/complexity/useRegexLiterals: the escapes must stay readable
    new RegExp(
      '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]',
      'g',
    ),
    escaped,
  );
}

/** As `printable`, on one line: line ends and tabs become escapes too. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\n\t\u2028\u2029]/g, escaped);
}

function escaped(char: string): string {
  const code = char.charCodeAt(0);
  const short = { 9: '\\t', 10: '\\n', 13: '\\r', 27: '\\e' }[code];
  if (short !== undefined) return short;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
