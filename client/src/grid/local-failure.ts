import type { Answer, ScriptCommand } from './model.ts';
import { plainText } from './plain-text.ts';
import type { ScriptEnd } from './runner-script.ts';

/** The answer of a script of this machine that did not say its last word. */
export function localFailure(end: ScriptEnd, command: ScriptCommand): Answer {
  if (end.notStarted) return startFailure('sh', end.notStarted);
  const { lines } = end.lines;
  const said = plainText(end.stderr || end.lines.noise);
  const what = {
    'time-out': `did not finish within ${command.seconds} s`,
    aborted: 'was no longer waited for',
    'too-much': `printed more than ${command.maxBytes} bytes`,
    ended: `ended before its end, with ${end.exit === undefined ? 'a signal' : `exit code ${end.exit}`}`,
  }[end.stopped ?? 'ended'];
  return { kind: 'unsure', reason: `The script on this machine ${what}${said && ` (${said})`}.`, lines };
}

/** The answer when a program could not be started; `word` is the system's, such as `ENOENT`. */
export function startFailure(program: 'sh' | 'ssh', word: string): Answer {
  if (word === 'ENOENT' || word === 'EACCES') {
    const where =
      program === 'ssh' ? 'the OpenSSH client (Debian: apt install openssh-client)' : 'a POSIX shell';
    return {
      kind: 'denied',
      reason: `${program} cannot be run on this machine (${word}): install ${where} and see to it that PATH finds it.`,
    };
  }
  return {
    kind: 'unreached',
    reason: `${program} could not be started on this machine (${plainText(word)}): see how many processes and open files it allows with: ulimit -a`,
  };
}
