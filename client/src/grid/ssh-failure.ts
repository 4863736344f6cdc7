import type { SshHost } from './model.ts';
import { plainText, shellWord } from './plain-text.ts';
import { sshByHand } from './ssh.ts';

/** How a call of ssh ended whose script did not say its last word. */
export interface SshEnd {
  /** Absent where a signal ended it. */
  readonly exit?: number;
  /** Why we stopped it. */
  readonly stopped?: 'time-out' | 'aborted' | 'too-much';
  readonly seconds: number;
  readonly maxBytes: number;
  /** ssh's own messages, at `DEBUG1`. */
  readonly log: string;
  /** The script's begin mark was seen. */
  readonly begun: boolean;
  /** What the remote side printed before the begin mark, and as errors; untrusted. */
  readonly remote: string;
}

/** An answer of a script that did not end. */
export interface Failure {
  readonly kind: 'unreached' | 'denied' | 'unsure';
  readonly reason: string;
}

/**
 * What the failure of a call of ssh means.
 *
 * `unreached` and `denied` only when ssh's own messages show that it never authenticated, or when the
 * account's shell ended without running the script; exit code 255 alone proves nothing.
 */
export function sshFailure(host: SshHost, end: SshEnd): Failure {
  if (end.begun || mayHaveRun(end.log, end)) return sessionFailure(host, end);
  for (const [pattern, reason] of DENIALS) {
    const line = end.log.split('\n').find(each => pattern.test(each));
    if (line) return { kind: 'denied', reason: reason(host, plainText(line).replace(/\.$/, ''), end.log) };
  }
  const through = THROUGH_ANOTHER.test(end.log) ? ' through its jump host' : '';
  // The jump host's own ssh speaks on standard error.
  const said = (through && lastWord(end.remote)) || lastWord(end.log);
  const what = end.stopped
    ? `did not let us in within ${end.seconds} s`
    : `was not reached${through}${said && `: ${said}`}`;
  const reason = `${name(host)} ${stopWord(end) ?? what}. Look with: ${sshByHand(host)}`;
  return { kind: 'unreached', reason };
}

/**
 * The connection was made anew and authenticated, or it was a shared one. A shared connection whose end
 * came while it was asked for a session (`read from master failed`) may have run something, too.
 */
function mayHaveRun(log: string, end: Pick<SshEnd, 'stopped'>): boolean {
  if (/^(?:debug1: )?Authenticat(?:ed to |ion succeeded)|master session id|from master failed/m.test(log))
    return true;
  if (/^debug1: (?:Connecting to|Executing proxy)|^ssh: (?:Could not|connect to)/m.test(log)) return false;
  return end.stopped !== undefined || !CONFIGURATION.test(log);
}

/** The connection goes through another ssh. */
const THROUGH_ANOTHER = /^debug1: Executing proxy command/m;

/** ssh ended before it did anything. */
const CONFIGURATION =
  /Bad configuration option|Bad owner or permissions|terminating, \d+ bad|Can't open user config|[Uu]nsupported option|keyword .* extra arguments|hostname contains invalid|too long/;

/** Failures after which the script ran, or may have run. */
function sessionFailure(host: SshHost, end: SshEnd): Failure {
  const said = lastWord(end.remote);
  const words = said && ` (${said})`;
  const cleanly = !end.stopped && end.exit !== undefined && end.exit !== 255;
  if (!end.begun && cleanly && (end.exit === 126 || end.exit === 127 || NO_SHELL.test(end.remote)))
    return {
      kind: 'denied',
      reason: `${name(host)} let us in but does not run sh${words}. Ask the site to allow commands for this account, then try: ${sshByHand(host)}`,
    };
  const lost = lastWord(end.log) || said;
  const what =
    stopWord(end) ??
    (end.stopped === 'time-out'
      ? `did not finish within ${end.seconds} s`
      : cleanly
        ? `ended the script before its end, with exit code ${end.exit}${words}`
        : `dropped the connection while the script ran${lost && ` (${lost})`}`);
  return { kind: 'unsure', reason: `${name(host)} ${what}. Look with: ${sshByHand(host)}` };
}

/** What accounts without a shell print, and those whose password has expired. */
const NO_SHELL =
  /not (?:currently )?(?:available|allowed|permitted)|nologin|restricted|account .*(?:disabled|expired|locked)|password .*(?:expired|change)|only sftp/i;

type Remedy = (host: SshHost, said: string, log: string) => string;

const DENIALS: readonly (readonly [RegExp, Remedy])[] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|host key .* has changed/i, changedKey],
  [
    /REVOKED HOST KEY|is marked as revoked/,
    host =>
      `The key of ${name(host)} is marked as revoked: ask the site for its new key before you connect again.`,
  ],
  [
    /Host key verification failed/,
    host =>
      `${name(host)} is not a known host: compare its key with the one that the site publishes, and accept it with: ${sshByHand(host)}`,
  ],
  [
    /Too many authentication failures/,
    host =>
      `${name(host)} stopped after too many keys: name the one that it knows (IdentityFile and IdentitiesOnly in the ssh configuration) and try: ${sshByHand(host)}`,
  ],
  [
    /Permission denied/,
    (host, said, log) =>
      `${name(host)} refused us (${said}): ${missingKey(log)}load the key that it knows with ssh-add, or renew what it asks for, then try: ${sshByHand(host)}`,
  ],
  [
    /Unable to negotiate|no matching (?:host key|cipher|key exchange|MAC)/,
    (host, said) =>
      `${name(host)} and the ssh of this machine have no method in common (${said}): allow one in the ssh configuration and try: ${sshByHand(host)}`,
  ],
  [
    CONFIGURATION,
    (host, said) =>
      `The ssh configuration for ${name(host)} cannot be used (${said}): correct it and try: ${sshByHand(host)}`,
  ],
];

function changedKey(host: SshHost, _said: string, log: string): string {
  // ssh names file and host in a command of its own; only its plain words are taken over.
  const [, file, entry] = /^ {2}ssh-keygen -f ["']([^"'\n]+)["'] -R ["']([^"'\n]+)["']/m.exec(log) ?? [];
  const from = file ? `-f ${shellWord(file)} ` : '';
  const remove = `ssh-keygen ${from}-R ${shellWord(entry ?? host.destination)}`;
  return `The host key of ${name(host)} has changed, and someone may be listening: ask the site first, and only if it changed the key run: ${remove}`;
}

/** An identity file that is named and absent explains a refusal. */
function missingKey(log: string): string {
  const file = /^(?:Warning: Identity file|no such identity:) (\S+?):? (?:not accessible|No such)/m.exec(
    log,
  )?.[1];
  return file ? `the identity file ${shellWord(file)} does not exist; ` : '';
}

function stopWord(end: Pick<SshEnd, 'stopped' | 'maxBytes'>): string | undefined {
  if (end.stopped === 'aborted') return 'was no longer waited for';
  if (end.stopped === 'too-much') return `printed more than ${end.maxBytes} bytes`;
  return undefined;
}

/** The last line that is a message. */
function lastWord(text: string): string {
  const line = text
    .split('\n')
    .filter(each => each.trim() && !/^debug\d: |^Authenticat|^OpenSSH_/.test(each))
    .at(-1);
  return plainText(line ?? '');
}

function name(host: SshHost): string {
  return plainText(host.destination, 100);
}
