import {
  type Attributes,
  DEBUG_ATTRIBUTE,
  formatAction,
  isFileDependency,
  normalised,
  pathsOf,
  TBD,
  withoutDebug,
} from './attributes.ts';
import { type Authored, type AuthoredAction, declaredVariants, taggedVariants } from './authored.ts';
import {
  Combinations,
  differenceOf,
  type Template,
  tooMany,
  withUnknown,
  withValues,
} from './combinations.ts';
import { combined, shownTags } from './combine.ts';
import { type Complaint, errorAt, warningAt } from './complaint.ts';
import { findPackages, type Universe } from './find-packages.ts';
import { namedNeed } from './named-needs.ts';
import { PathMap } from './path-map.ts';
import type { Provider } from './provider.ts';
import { knownProvider } from './provider.ts';
import type { Resolved } from './resolved.ts';
import { unresolvedMessage } from './unresolved.ts';

/** A manifest that is resolved, or only asked. */
export interface Resolving {
  readonly path: string;
  readonly manifest: Authored;
  /** What it delivers belongs to this package. */
  readonly provider: Provider;
  /** Whether the manifest itself names it; else its file does. */
  readonly named: boolean;
}

/** Packages beyond the manifests, stage by stage, each with all that the question needs. */
export interface Beyond {
  /** As messages name it: `the image /`, `/srv/repo`. */
  readonly name: string;
  readonly fill: (paths: PathMap, distribution: Template) => void;
  readonly variants: Template;
  /** Path -> who delivers it there and does not count, and why: for messages. */
  readonly passedOver?: ReadonlyMap<string, string>;
}

/** The options of `resolve`. */
export interface ResolveOptions {
  /** `-v`: keep the attributes that tell where a dependency comes from. */
  readonly verbose: boolean;
  /** Exactly as pkgdepend. */
  readonly strict: boolean;
  readonly skips: (path: string) => boolean;
}

/** The answer for one manifest. */
export interface ResolvedManifest {
  /** `depend` actions, one per line. */
  readonly lines: readonly string[];
  readonly complaints: readonly Complaint[];
  /** Names of the packages that it needs. */
  readonly needs: ReadonlySet<string>;
}

/** Resolves the dependencies on files of every manifest, among all of them and what lies beyond (`resolve_deps`). */
export function resolveAll(
  manifests: readonly Resolving[],
  beyond: readonly Beyond[],
  options: ResolveOptions,
): readonly ResolvedManifest[] {
  let distribution: Template = new Map();
  for (const { manifest } of manifests) distribution = withValues(distribution, declaredVariants(manifest));
  for (const { variants } of beyond) distribution = withValues(distribution, variants);
  const delivered = new PathMap(options.skips);
  const stages = beyond.map(stage => {
    const paths = new PathMap(options.skips);
    stage.fill(paths, distribution);
    return paths;
  });
  for (const { manifest, provider } of manifests)
    delivered.addManifest(provider, manifest.actions, withUnknown(declaredVariants(manifest), distribution));
  const universe: Universe = {
    stages: [delivered.files, ...stages.map(one => one.files)],
    links: joinedLinks([...stages, delivered]),
    strict: options.strict,
    passedOver: beyond.flatMap(one => one.passedOver ?? []),
  };
  const searched = [
    `${manifests.length} ${manifests.length === 1 ? 'manifest' : 'manifests'}`,
    ...beyond.map(one => one.name),
  ];
  return manifests.map(one => new ResolvingOne(one, universe, distribution, options, searched).run());
}

/** Links of the image and of the manifests count alike. */
function joinedLinks(all: readonly PathMap[]): Universe['links'] {
  if (all.length === 1 && all[0]) return all[0].links;
  const links = new Map<string, PathMap['links'] extends Map<string, infer L> ? L : never>();
  for (const paths of all)
    for (const [path, there] of paths.links) links.set(path, [...(links.get(path) ?? []), ...there]);
  return links;
}

class ResolvingOne {
  readonly #one: Resolving;
  readonly #universe: Universe;
  readonly #options: ResolveOptions;
  readonly #searched: readonly string[];
  /** The package's variants among all that there are. */
  readonly #variants: Template;
  readonly #complaints: Complaint[];

  constructor(
    one: Resolving,
    universe: Universe,
    distribution: Template,
    options: ResolveOptions,
    searched: readonly string[],
  ) {
    this.#one = one;
    this.#universe = universe;
    this.#options = options;
    this.#searched = searched;
    this.#variants = withUnknown(declaredVariants(one.manifest), distribution);
    this.#complaints = [...one.manifest.complaints, ...tooMany(this.#variants)];
  }

  run(): ResolvedManifest {
    const { actions: all } = this.#one.manifest;
    const depends = all.filter(one => one.type === 'depend');
    const named = this.#options.strict ? [] : all.flatMap(one => namedNeed(one) ?? []);
    const onFiles = [...depends.filter(one => isFileDependency(one.attributes)), ...named];
    const written = depends.filter(one => !isFileDependency(one.attributes));
    const dependencies = [
      ...written.flatMap(one => this.#asWritten(one) ?? []),
      ...onFiles.flatMap(one => this.#resolved(one)),
    ];
    const { provider, named: hasName } = this.#one;
    const self = hasName || !this.#options.strict ? provider : undefined;
    const { actions, complaints } = combined(dependencies, this.#variants, self);
    this.#complaints.push(...complaints);
    const shown = this.#options.verbose ? actions : actions.map(withoutDebug);
    return {
      lines: shown.map(attributes => formatAction('depend', attributes)),
      complaints: this.#complaints,
      needs: neededBy(actions),
    };
  }

  /** A dependency that the author wrote. */
  #asWritten(action: AuthoredAction): Resolved | undefined {
    if (action.attributes.get('fmri')?.includes(TBD))
      this.#complaints.push(
        errorAt(
          `fmri=${TBD} without ${DEBUG_ATTRIBUTE.file} or ${DEBUG_ATTRIBUTE.fullpath} depends on nothing; name a file or a package`,
          action.line,
        ),
      );
    return this.#untagged(action, true);
  }

  /** Its tags as combinations; `undefined`, and a complaint, where the package does not declare them. */
  #untagged(action: AuthoredAction, satisfied: boolean): Resolved | undefined {
    const tags = taggedVariants(action.attributes);
    const lacking = differenceOf(tags, this.#variants).map(one => one.replace(/^variant\./, ''));
    if (lacking.length > 0) {
      const what =
        action.attributes.get(DEBUG_ATTRIBUTE.reason)?.join(', ') ??
        action.attributes.get('fmri')?.join(', ');
      const message = `the dependency of ${what} is for ${lacking.join(', ')}, which the package does not declare; add set name=variant.… value=…, or take the tag away`;
      this.#complaints.push(errorAt(message, action.line));
      return undefined;
    }
    const attributes = new Map([...action.attributes].filter(([name]) => !name.startsWith('variant.')));
    return { attributes, when: Combinations.of(withUnknown(tags, this.#variants), satisfied) };
  }

  #resolved(action: AuthoredAction): readonly Resolved[] {
    const wanted = this.#untagged(action, false);
    if (!wanted) return [];
    const found = findPackages(wanted.attributes, wanted.when, this.#universe);
    if (found.dependencies.length > 0 && found.when.isSatisfied) return found.dependencies;
    const where = shownTags(found.when.openIn(this.#variants));
    const message = unresolvedMessage(wanted.attributes, where, this.#searched, this.#universe);
    const likely = wanted.attributes.get(DEBUG_ATTRIBUTE.confidence)?.[0] === 'likely';
    this.#complaints.push((likely ? warningAt : errorAt)(message, action.line));
    return found.dependencies;
  }
}

const PRESENCE: ReadonlySet<string | undefined> = new Set(['conditional', 'require', 'require-any']);

function neededBy(actions: readonly Attributes[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const attributes of actions) {
    if (!PRESENCE.has(attributes.get('type')?.[0])) continue;
    for (const fmri of attributes.get('fmri') ?? []) {
      const provider = knownProvider(fmri);
      if (provider) names.add(provider.name);
    }
  }
  return names;
}

/** Every path and name that the manifests' dependencies on files may lead to before links are followed. */
export function wantedPaths(manifests: readonly Resolving[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { manifest } of manifests)
    for (const action of manifest.actions) {
      const { type, attributes } = namedNeed(action) ?? action;
      if (type !== 'depend' || !isFileDependency(attributes)) continue;
      for (const path of pathsOf(attributes)) paths.add(normalised(path));
    }
  return paths;
}
