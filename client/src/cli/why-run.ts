import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { styleText } from 'node:util';
import { LineIndex } from '../../../server/src/core/line-index.ts';
import type { Dependency, ProofStep, Span, Verdict } from '../../../server/src/core/model.ts';
import { nameOf } from '../../../server/src/core/needs.ts';
import { absence } from '../../../server/src/core/proof.ts';
import type { Checked, Session } from '../../../server/src/session.ts';
import { complain, type ExitCode, type Host, note, printableLine } from './host.ts';
import { openSession } from './open-session.ts';
import { shownPath } from './shown-path.ts';
import { inputFaults, treeNotes } from './tree-notes.ts';
import type { TreeOptions } from './tree-options.ts';

/** What one argument names: checked manifests, and which of their needs are meant. */
interface Asked {
  readonly checked: readonly Checked[];
  /** What the answer is about, for messages. */
  readonly subject: string;
  concerns(verdict: Verdict, checked: Checked): boolean;
}

/** Prints the proofs of what a payload, or a line of a manifest, needs; answers the exit code. */
export async function runWhy(
  place: string,
  need: string | undefined,
  options: TreeOptions,
  host: Host,
): Promise<ExitCode> {
  const found = placeOf(place, host.cwd);
  const session = openSession([host.cwd, ...(found ? [dirname(found.path)] : [])], options, host);
  try {
    const asked = await askedOf(place, found, session, host);
    if (typeof asked === 'string') {
      complain(host, asked);
      return 2;
    }
    tell(asked, need, host);
    for (const tree of new Set(asked.checked.map(one => one.tree))) {
      for (const { path, message } of inputFaults(tree)) complain(host, `${path}: ${message}`);
      for (const text of treeNotes(tree, host.cwd)) note(host, text);
    }
    return 0;
  } finally {
    session.dispose();
  }
}

/** The existing file that an argument names, with a line (from 1) when it ends in `:LINE`. */
function placeOf(place: string, cwd: string): { readonly path: string; readonly line?: number } | undefined {
  const whole = resolve(cwd, place);
  if (isFile(whole)) return { path: whole };
  const [, file, line] = /^(.+?):(\d+)(?::\d+)?$/.exec(place) ?? [];
  const path = file && resolve(cwd, file);
  return path && isFile(path) ? { path, line: Number(line) } : undefined;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

async function askedOf(
  place: string,
  found: ReturnType<typeof placeOf>,
  session: Session,
  host: Host,
): Promise<Asked | string> {
  if (found && /\.(p5m|mog)$/.test(basename(found.path))) return ofManifest(found, session, host);
  if (found) {
    const checked = await session.deliverers(found.path, host.signal);
    const subject = shownPath(found.path, host.cwd);
    if (checked.length > 0) return { checked, subject, concerns: ({ location }) => location === found.path };
    return `${place}: no manifest delivers this file; is it in a proto area? (packwright doctor tells which there are)`;
  }
  return ofInstalled(place, session, host);
}

async function ofManifest(
  { path, line }: { readonly path: string; readonly line?: number },
  session: Session,
  host: Host,
): Promise<Asked | string> {
  const subject = shownPath(path, host.cwd);
  const checked = await session.check(path, host.signal);
  if ('code' in checked) return `${subject}: ${checked.message}`;
  if (line === undefined) return { checked: [checked], subject, concerns: () => true };
  const lines = new LineIndex(checked.manifest.text);
  if (line < 1 || line > lines.lines) return `${subject}: has no line ${line}, only ${lines.lines}`;
  const on = (span: Span) => {
    const { line: first, endLine, endColumn } = lines.rangeOf(span);
    return first < line && line <= (endColumn === 0 && endLine > first ? endLine : endLine + 1);
  };
  const declared = checked.manifest.dependencies.filter(one => one.line && on(one.line));
  return {
    checked: [checked],
    subject: `${subject}:${line}`,
    concerns: verdict => on(verdict.file.action) || declared.some(one => brings(one, verdict)),
  };
}

function brings({ anyOf }: Dependency, { by, outcome }: Verdict): boolean {
  return outcome !== 'missing' && anyOf.some(({ name }) => by.includes(name));
}

/** An installed path, looked for in every manifest around the current directory. */
async function ofInstalled(place: string, session: Session, host: Host): Promise<Asked | string> {
  const path = place.replace(/^\/+/, '');
  const manifests = await session.manifests(host.signal);
  const { checked } = await session.checkAll(manifests, host.signal);
  const delivering = checked.filter(({ manifest }) => manifest.files.some(file => file.path === path));
  if (delivering.length > 0)
    return { checked: delivering, subject: path, concerns: ({ file }) => file.path === path };
  return `${place}: no such file, and no manifest around here installs it`;
}

function tell({ checked, subject, concerns }: Asked, need: string | undefined, host: Host): void {
  const paint = painter(host.out.colours);
  let told = 0;
  for (const one of checked) {
    const verdicts = one.verdicts.filter(
      verdict => concerns(verdict, one) && (need === undefined || isNeed(verdict, need)),
    );
    if (verdicts.length === 0) continue;
    if (told > 0) host.out.write('\n');
    told += verdicts.length;
    host.out.write(`${paint('bold', printableLine(shownPath(one.path, host.cwd)))}\n`);
    host.out.write(verdicts.map(verdict => paragraph(verdict, one, host.cwd, paint)).join(''));
  }
  const what = need === undefined ? 'no payload need is known here' : `no need for ${need} is known here`;
  if (told === 0) host.out.write(`${printableLine(subject)}: ${printableLine(what)}\n`);
}

/** `libz.so.1`, `usr/bin/perl`, `/usr/bin/perl` or `perl`; of what is no path `user webservd`, `user:webservd` or `webservd`. */
function isNeed({ need }: Verdict, asked: string): boolean {
  const path = asked.replace(/^\/+/, '');
  return (
    need.what === asked ||
    need.what === path ||
    need.anyOf.some(one => one === path || nameOf(one) === path || basename(nameOf(one)) === path)
  );
}

type Paint = (format: 'bold' | 'green' | 'red' | 'yellow' | 'dim', text: string) => string;

function painter(colours: boolean): Paint {
  return (format, text) => (colours ? styleText(format, text, { validateStream: false }) : text);
}

const outcomes: Readonly<Record<Verdict['outcome'], readonly [text: string, colour: Parameters<Paint>[0]]>> =
  {
    own: ['delivered by this package itself', 'green'],
    declared: ['declared', 'green'],
    indirect: ['only through the dependency of another package', 'yellow'],
    generated: ['declared by the build itself', 'green'],
    missing: ['not declared', 'red'],
  };

function paragraph(verdict: Verdict, checked: Checked, cwd: string, paint: Paint): string {
  const { need, file, outcome, by, proof } = verdict;
  const [text, colour] = outcome === 'missing' && by.length === 0 ? undelivered(need) : outcomes[outcome];
  const packages = outcome === 'missing' ? wanting(by, checked) : by;
  const who = packages.length > 0 ? ` (${packages.join(', ')})` : '';
  const head = `  ${printableLine(file.path)} needs ${printableLine(need.what)}: ${paint(colour, text)}${printableLine(who)}\n`;
  return head + proof.map(step => stepLine(step, cwd, paint)).join('');
}

/** Candidates without those that the manifest requires already: what links lead through is often there. */
function wanting(candidates: readonly string[], { manifest }: Checked): readonly string[] {
  const required = new Set(
    manifest.dependencies.filter(one => one.type === 'require').map(one => one.anyOf[0]?.name),
  );
  const left = candidates.filter(name => !required.has(name));
  return left.length > 0 ? left : candidates;
}

function undelivered(need: Verdict['need']): readonly [text: string, colour: Parameters<Paint>[0]] {
  return [absence(need), need.unmet === 'nothing' ? 'yellow' : 'red'];
}

function stepLine({ text, place }: ProofStep, cwd: string, paint: Paint): string {
  const line = place?.range ? `:${place.range.line + 1}` : '';
  const where = place ? `  ${paint('dim', printableLine(shownPath(place.file, cwd)) + line)}` : '';
  return `    ${printableLine(text)}${where}\n`;
}
