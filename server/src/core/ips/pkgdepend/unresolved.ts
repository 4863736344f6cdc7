import { printable } from '../../formats/printable.ts';
import { nameOf, needText } from '../../needs.ts';
import { type Attributes, DEBUG_ATTRIBUTE, normalised, pathsOf } from './attributes.ts';
import type { Universe } from './find-packages.ts';
import type { FileMap } from './path-map.ts';

/** More paths than this are counted, not listed. */
const MOST_SHOWN = 6;
/** More neighbours are of no use to anyone. */
const MOST_NEAR = 3;

/** What was needed by whom, where it was looked for, and who delivers something of the same name. */
export function unresolvedMessage(
  attributes: Attributes,
  where: string,
  searched: readonly string[],
  universe: Universe,
): string {
  const reasons = attributes.get(DEBUG_ATTRIBUTE.reason)?.join(', ') ?? 'the package';
  const paths = pathsOf(attributes);
  const what = whatOf(attributes, paths);
  const kind = attributes.get(DEBUG_ATTRIBUTE.type)?.[0];
  const lines = [
    `${reasons} needs ${what}${kind === undefined ? '' : ` (${kind})`}, and no package delivers it${where}`,
    `    looked for ${listed(paths)}`,
    `    in ${searched.join(', ')}`,
  ];
  const near = nearTo(paths, universe);
  for (const one of near) lines.push(`    near: ${one}`);
  lines.push(`    ${near.length > 0 ? REMEDY_NEAR : isGenerated(attributes) ? REMEDY : REMEDY_WRITTEN}`);
  return lines.join('\n');
}

const REMEDY =
  'name more manifests, an image with -R or a repository with --repository; or bypass it with pkg.depend.bypass-generate';
const REMEDY_WRITTEN =
  'name more manifests, an image with -R or a repository with --repository; or correct the line or take it out';
const REMEDY_NEAR =
  'let the file look there (run path, #! line), deliver it where it is looked for, or depend on that package yourself';

/** Whether a payload was found to have the need: what an author wrote is bypassed by nothing. */
function isGenerated(attributes: Attributes): boolean {
  return attributes.has(DEBUG_ATTRIBUTE.reason);
}

function whatOf(attributes: Attributes, paths: readonly string[]): string {
  const names = attributes.get(DEBUG_ATTRIBUTE.file);
  const first = names ? plainest(names) : paths[0];
  // A link's target may be a file or a directory: one name.
  const more = new Set((names ?? paths).map(nameOf)).size - 1;
  const others = more > 1 ? ` or one of ${more} others` : more === 1 ? ' or one other' : '';
  return `${printable(names || more > 0 ? needText(first ?? '') : shortest(paths))}${others}`;
}

/** Of the files of a Python module its source, else one without directories. */
function plainest(names: readonly string[]): string | undefined {
  return names.find(name => /^[^/]+\.py$/.test(name)) ?? names.find(name => !name.includes('/')) ?? names[0];
}

/** The plainest of several spellings of one need. */
function shortest(paths: readonly string[]): string {
  const [first = ''] = paths.toSorted((a, b) => a.length - b.length);
  return needText(first);
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, MOST_SHOWN).map(path => printable(needText(path)));
  const more = paths.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const byName = new WeakMap<FileMap, ReadonlyMap<string, readonly string[]>>();

/** Base name -> paths of the manifests' files. */
function namesIn(files: FileMap): ReadonlyMap<string, readonly string[]> {
  const known = byName.get(files);
  if (known) return known;
  const names = new Map<string, string[]>();
  for (const path of files.keys()) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const there = names.get(name);
    if (there) there.push(path);
    else names.set(name, [path]);
  }
  byName.set(files, names);
  return names;
}

function nearTo(paths: readonly string[], { stages, passedOver }: Universe): readonly string[] {
  const passed = paths.flatMap(path => {
    const by = passedOver.map(one => one.get(normalised(path))).find(one => one !== undefined);
    return by === undefined ? [] : [`${printable(path)} of ${printable(by)}`];
  });
  if (passed.length > 0) return passed.slice(0, MOST_NEAR);
  const wanted = new Set(paths.map(path => path.slice(path.lastIndexOf('/') + 1)));
  wanted.delete('__init__.py');
  const found = new Set<string>();
  for (const files of stages)
    for (const name of wanted)
      for (const path of namesIn(files).get(name) ?? []) {
        const by = [...new Set((files.get(path) ?? []).map(one => one.provider.fmri))].join(', ');
        found.add(`${printable(path)} of ${by}`);
        if (found.size >= MOST_NEAR) return [...found];
      }
  return [...found];
}
