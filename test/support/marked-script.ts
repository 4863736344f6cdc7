import type { Answer, ScriptCommand, SshHost } from '../../client/src/grid/model.ts';

/** Mark of the commands of tests. */
export const MARK = '0123456789abcdef0123456789abcdef';

/** A command whose script says its marks, as those of the back ends do. */
export function marked(
  body: string,
  options: { readonly host?: SshHost; readonly seconds?: number; readonly maxBytes?: number } = {},
): ScriptCommand {
  const script = `printf '\\n%s begin\\n' ${MARK}\n(\n${body}\n)\nprintf '%s end %s\\n' ${MARK} "$?"`;
  return { kind: 'script', script, mark: MARK, seconds: 30, maxBytes: 1_000_000, ...options };
}

/** The lines of an answer, with its kind in front; for answers without lines, the reason. */
export function told(answer: Answer): readonly (string | number)[] {
  if (answer.kind === 'ended') return ['ended', answer.code, ...answer.lines];
  return [answer.kind, answer.reason];
}
