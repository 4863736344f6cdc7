import { styleText } from 'node:util';
import { version } from '../../../package.json';
import type { Manifest } from '../../../server/src/core/model.ts';
import type { Tree, TreeStatus } from '../../../server/src/core/tree.ts';
import { defaultCachePath } from '../../../server/src/io/world.ts';
import type { Session } from '../../../server/src/session.ts';
import { describeCache } from './describe-cache.ts';
import { complain, type ExitCode, type Host, printableLine } from './host.ts';
import { openSession } from './open-session.ts';
import { pkgdependGate } from './pkgdepend-gate.ts';
import { progress } from './progress.ts';
import { shownPath } from './shown-path.ts';
import { targetsOf } from './targets.ts';
import type { TreeOptions } from './tree-options.ts';

/** One line of the answer: what it is about, its state, and what to do about it. */
interface Line {
  readonly name: string;
  readonly state: 'ok' | 'advice' | 'trouble';
  readonly text: string;
  readonly remedy?: string;
}

/** Tells what is found, what is missing and what to do; 1 when something is broken. */
export async function runDoctor(
  directories: readonly string[],
  options: TreeOptions,
  host: Host,
): Promise<ExitCode> {
  const targets = targetsOf(directories, host.cwd);
  for (const problem of targets.problems) complain(host, problem);
  if (targets.problems.length > 0) return 2;
  const session = openSession(targets.folders, options, host);
  try {
    const general = [programLine(), cacheLine(host)];
    const manifests = await session.manifests(host.signal);
    const byTree = await treesOf(session, manifests, targets.folders);
    const sections: (readonly [title: string, lines: readonly Line[]])[] = [['packwright', general]];
    for (const [tree, paths] of byTree)
      sections.push([shownPath(tree.root, host.cwd), await treeLines(session, tree, paths, host)]);
    for (const [title, lines] of sections) host.out.write(section(title, lines, host));
    const all = sections.flatMap(([, lines]) => lines);
    host.out.write(closing(all));
    return all.some(line => line.state === 'trouble') ? 1 : 0;
  } finally {
    session.dispose();
  }
}

function programLine(): Line {
  return {
    name: 'program',
    state: 'ok',
    text: `packwright ${version} on Node.js ${process.version} (${process.platform} ${process.arch})`,
  };
}

function cacheLine({ env }: Host): Line {
  return { name: 'cache', state: 'ok', text: describeCache(defaultCachePath(env)) };
}

async function treesOf(
  session: Session,
  manifests: readonly string[],
  folders: readonly string[],
): Promise<ReadonlyMap<Tree, readonly string[]>> {
  const found = new Map<Tree, string[]>();
  for (const folder of folders) found.set(await session.treeOf(`${folder}/.`), []);
  for (const path of manifests) {
    const tree = await session.treeOf(path);
    found.set(tree, [...(found.get(tree) ?? []), path]);
  }
  return found;
}

async function treeLines(
  session: Session,
  tree: Tree,
  paths: readonly string[],
  host: Host,
): Promise<readonly Line[]> {
  const shown = progress(session, paths.length, host);
  const read: Manifest[] = [];
  const broken: string[] = [];
  for (const path of paths) {
    const manifest = await tree.manifest(path);
    if ('code' in manifest) broken.push(`${shownPath(path, host.cwd)}: ${manifest.message}`);
    else read.push(manifest);
  }
  await tree.prepare(host.signal);
  shown.done();
  const status = tree.status();
  return [
    settingsLine(tree, session),
    manifestsLine(read, broken),
    ...protoLines(tree, status, host.cwd),
    ...repositoryLines(status),
    ...gateLines(tree, read),
  ];
}

function settingsLine(tree: Tree, session: Session): Line {
  const name = 'settings';
  if (tree.settingsText === undefined) {
    return {
      name,
      state: 'advice',
      text: 'no packwright.yaml here or above; the defaults hold',
      remedy: 'write packwright.yaml with proto: and repositories:, so that payload is checked',
    };
  }
  const wrong = session.settingsFindings(tree).filter(one => one.severity !== 'hint');
  if (wrong.length === 0) return { name, state: 'ok', text: 'packwright.yaml' };
  return {
    name,
    state: 'trouble',
    text: `packwright.yaml: ${wrong[0]?.message}${wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : ''}`,
    remedy: 'packwright check shows the places',
  };
}

function manifestsLine(read: readonly Manifest[], broken: readonly string[]): Line {
  const name = 'manifests';
  if (broken.length > 0) {
    const more = broken.length > 1 ? ` (and ${broken.length - 1} more)` : '';
    return { name, state: 'trouble', text: `${broken[0]}${more}`, remedy: 'see to the files named' };
  }
  if (read.length > 0) return { name, state: 'ok', text: `${read.length} found` };
  const remedy = 'name them under manifests: in packwright.yaml, or go where they are';
  return { name, state: 'advice', text: 'none found (names end in .p5m)', remedy };
}

function protoLines(tree: Tree, { unbuilt }: TreeStatus, cwd: string): readonly Line[] {
  const name = 'proto area';
  if (tree.settings.proto.length === 0) {
    const remedy = 'name the directories of the built files under proto: in packwright.yaml';
    return [{ name, state: 'advice', text: 'none configured: payload is not checked', remedy }];
  }
  const missing = unbuilt.map(path => shownPath(path, cwd));
  const built = tree.settings.proto.filter(path => !unbuilt.some(one => one.endsWith(path)));
  return [
    ...built.map((path): Line => ({ name, state: 'ok', text: `${path}: built` })),
    ...missing.map(
      (path): Line => ({
        name,
        state: 'advice',
        text: `${path}: not built yet, its payload is not checked`,
        remedy: 'build the packages, or correct proto: in packwright.yaml',
      }),
    ),
  ];
}

function repositoryLines({ repositories }: TreeStatus): readonly Line[] {
  const name = 'repository';
  if (repositories.length === 0) {
    const remedy = 'name the repository of your distribution under repositories: in packwright.yaml';
    return [{ name, state: 'advice', text: 'none configured: only packages of this tree are known', remedy }];
  }
  return repositories.map(({ uri, state, packages, paths, fault, note }): Line => {
    if (fault)
      return {
        name,
        state: 'trouble',
        text: `${uri}: ${fault.message}`,
        remedy: 'see repositories: in packwright.yaml',
      };
    const text = `${uri}: ${state}, ${packages ?? 0} packages, ${paths ?? 0} paths`;
    return { name, state: 'ok', text: note === undefined ? text : `${text}. ${note}` };
  });
}

function gateLines(tree: Tree, manifests: readonly Manifest[]): readonly Line[] {
  const name = 'pkgdepend';
  const { generated } = tree.settings.policy;
  if (generated.length > 0)
    return [{ name, state: 'ok', text: `the build declares by itself: ${generated.join(', ')}` }];
  const gate = pkgdependGate(manifests);
  if (!gate) return [];
  return [
    {
      name,
      state: 'advice',
      text: `${gate.bare} of ${gate.delivering} manifests with files declare no dependency: this build seems to run pkgdepend`,
      remedy: 'if it does, write into packwright.yaml:  policy: { generated: [script, elf] }',
    },
  ];
}

const marks = { ok: ['ok', 'green'], advice: ['--', 'yellow'], trouble: ['!!', 'red'] } as const;

function section(title: string, lines: readonly Line[], host: Host): string {
  const paint = (format: 'bold' | 'green' | 'yellow' | 'red', text: string) =>
    host.out.colours ? styleText(format, text, { validateStream: false }) : text;
  const rows = lines.flatMap(({ name, state, text, remedy }) => {
    const [mark, colour] = marks[state];
    const row = `  ${paint(colour, mark)}  ${name.padEnd(11)} ${printableLine(text)}\n`;
    return remedy ? [row, `                  → ${remedy}\n`] : [row];
  });
  return `${paint('bold', printableLine(title))}\n${rows.join('')}\n`;
}

function closing(lines: readonly Line[]): string {
  const troubles = lines.filter(line => line.state === 'trouble').length;
  const advice = lines.filter(line => line.state === 'advice').length;
  if (troubles + advice === 0) return 'all is well\n';
  const parts = [troubles > 0 && `${troubles} to repair`, advice > 0 && `${advice} to consider`];
  return `${parts.filter(Boolean).join(', ')}\n`;
}
