import type { ReadOptions } from '../dialect.ts';
import type { Delivery, Dependency, FileDependency, FileEntry, Manifest, PackageId } from '../model.ts';
import { deliver, type Origin } from './delivery-facts.ts';
import { dependencyOf, fileDependencyOf } from './dependency-facts.ts';
import { readLines } from './line-reader.ts';
import type { Action, Include, Line, Transform } from './lines.ts';
import { expandAction, type Macros, macrosOf } from './macros.ts';
import { type PackageAttribute, packageAttribute, packageFacts } from './package-facts.ts';
import { faultsOf } from './rules/index.ts';
import { TagReader } from './tags.ts';

/** A parsed IPS manifest: what it says, and its text as lines that tile it. */
export interface P5m extends Manifest {
  readonly dialect: 'ips';
  readonly lines: readonly Line[];
}

/** How to read a manifest of IPS. */
export interface P5mOptions extends ReadOptions {
  /** Whether it is a piece of manifests; by default `*.mog` and `*.inc` are. */
  readonly fragment?: boolean;
}

/** Parses a manifest, `pkg(7)`, with the macros and directives of `pkgmogrify(1)`. Accepts every text. */
export function parseP5m(text: string, options: P5mOptions): P5m {
  const { lines, flaws } = readLines(text);
  const fragment = options.fragment ?? /\.(?:mog|inc)$/.test(options.path);
  const actions = expandedActions(lines, macrosOf(options.macros));
  const attributes = packageAttributes(actions);
  const facts = packageFacts(attributes);
  const tags = new TagReader(facts.variants);
  const origin: Origin = { file: options.path, package: facts.id ?? nameOf(options.path), facts };
  const files: FileEntry[] = [];
  const deliveries: Delivery[] = [];
  const dependencies: Dependency[] = [];
  const fileDependencies: FileDependency[] = [];
  for (const action of actions) {
    if (isFileSystem(action)) deliver(action, tags.of(action), origin, files, deliveries);
    else if (action.type === 'depend') {
      const dependency = dependencyOf(action, tags.of(action));
      if (dependency) dependencies.push(dependency);
      const onFiles = fileDependencyOf(action, tags.of(action));
      if (onFiles) fileDependencies.push(onFiles);
    }
  }
  return {
    dialect: 'ips',
    text,
    lines,
    ...(facts.id && { id: facts.id }),
    state: facts.state,
    fragment,
    variants: facts.variants,
    files,
    deliveries,
    dependencies,
    fileDependencies,
    faults: faultsOf({
      text,
      flaws,
      directives: lines.filter(isDirective),
      actions,
      attributes,
      facts,
      tags,
      fragment,
    }),
  };
}

function expandedActions(lines: readonly Line[], macros: Macros): Action[] {
  const actions: Action[] = [];
  for (const line of lines) {
    if (line.kind !== 'action') continue;
    const action = expandAction(line, macros);
    if (action) actions.push(action);
  }
  return actions;
}

function packageAttributes(actions: readonly Action[]): PackageAttribute[] {
  const attributes: PackageAttribute[] = [];
  for (const action of actions) {
    const attribute = action.type === 'set' ? packageAttribute(action) : undefined;
    if (attribute) attributes.push(attribute);
  }
  return attributes;
}

function isDirective(line: Line): line is Include | Transform {
  return line.kind === 'include' || line.kind === 'transform';
}

function isFileSystem(action: Action): boolean {
  const { type } = action;
  return type === 'file' || type === 'link' || type === 'dir' || type === 'hardlink';
}

/** The unquoted name of the manifest's file stands in for a package that has none (`pkgdepend(1)`). */
function nameOf(path: string): PackageId {
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:p5m|mog|inc)$/, '');
  return {
    name: base.replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    ),
  };
}
