import { printable } from '../formats/printable.ts';
import type {
  SmfBundle,
  SmfCredential,
  SmfDependency,
  SmfGrouping,
  SmfInstance,
  SmfMethod,
  SmfRestarter,
  SmfService,
} from '../formats/smf.ts';
import { methodPrograms } from '../formats/smf-exec.ts';
import { filePathOf, hasScheme, serviceFmri } from '../formats/smf-fmri.ts';
import type { CatcherOptions, Confidence, ImplicitDependency, Need, PayloadFault, Range } from '../model.ts';
import { directoryNeed, groupNeed, serviceNeed, userNeed } from '../needs.ts';

/** What the services of a bundle need, and what they name that nothing can be. */
export interface SmfNeeds {
  readonly dependencies: readonly ImplicitDependency[];
  readonly faults: readonly PayloadFault[];
  /** Its services and their instances. */
  readonly provides: readonly Need[];
}

/**
 * What a service manifest needs. `ceiling` is the confidence that its place allows: outside of the directories
 * that the system imports, nobody knows whether it is used at all.
 */
export function needsOfBundle(
  bundle: SmfBundle,
  path: string,
  ceiling: Confidence,
  options: CatcherOptions,
): SmfNeeds {
  const needs = new Needs(path, ceiling, providesOf(bundle), options);
  for (const service of bundle.services) needs.addService(service);
  return { dependencies: needs.found, faults: needs.faults, provides: [...needs.own] };
}

/** The services and instances that a bundle brings, as needs name them. */
export function providesOf({ services }: SmfBundle): ReadonlySet<Need> {
  const fmris = services.flatMap(({ fmri, instances }) => [fmri, ...instances.map(one => one.fmri)]);
  return new Set(fmris.map(serviceNeed));
}

/** Why something is needed, and how surely. */
interface Claim {
  readonly because: string;
  readonly confidence: Confidence;
  /** True where nobody has to deliver it. */
  readonly optional?: boolean;
}

/** What a manifest names, and where. */
interface Named {
  readonly what: string;
  readonly at: Range;
}

class Needs {
  readonly own: ReadonlySet<Need>;
  readonly faults: PayloadFault[] = [];
  readonly #path: string;
  readonly #ceiling: Confidence;
  readonly #options: CatcherOptions;
  /** By candidates: what several instances need is one need. */
  readonly #found = new Map<string, ImplicitDependency>();

  constructor(path: string, ceiling: Confidence, own: ReadonlySet<Need>, options: CatcherOptions) {
    this.#options = options;
    this.#path = path;
    this.#ceiling = ceiling;
    this.own = own;
  }

  get found(): readonly ImplicitDependency[] {
    return [...this.#found.values()];
  }

  addService({ dependencies, methods, credentials, restarter, instances }: SmfService): void {
    // A service without an instance does not run; whoever makes one has the needs.
    const most = instances.length > 0 ? 'certain' : 'likely';
    const ownDependencies = instances.map(one => one.dependencies.filter(each => !each.deleted));
    const ownMethods = instances.map(one => one.methods);
    for (const one of notReplaced(dependencies, ownDependencies)) this.#addDependency(one, most);
    for (const one of notReplaced(methods, ownMethods)) this.#addMethod(one, most);
    for (const one of ownDependencies.flat()) this.#addDependency(one, 'certain');
    for (const one of ownMethods.flat()) this.#addMethod(one, 'certain');
    for (const one of [...credentials, ...instances.flatMap(each => each.credentials)])
      this.#addCredential(one);
    for (const one of restartersOf(restarter, instances)) this.#addRestarter(one, most);
  }

  #addRestarter({ fmri, at }: SmfRestarter, most: Confidence): void {
    const need = this.#serviceOf(fmri, at);
    if (need === undefined || need === MASTER_RESTARTER) return;
    this.#add([need], { what: fmri, at }, { because: 'restarter', confidence: most });
  }

  #addDependency(dependency: SmfDependency, most: Confidence): void {
    const { deleted, grouping, type, name } = dependency;
    if (deleted || grouping === 'exclude_all') return;
    const claim: Claim = {
      because: `${grouping} dependency${name === '' ? '' : ` "${printable(name)}"`}`,
      confidence: lesser(most, SURE[type][grouping]),
      // Configuration files are often made at installation, and an optional service may be absent.
      optional: type === 'path' || grouping === 'optional_all',
    };
    const all = dependency.fmris.map((what, index) => {
      const at = dependency.places[index] ?? dependency.at;
      const service = type === 'path' ? undefined : this.#serviceOf(what, at);
      return { what, at, needs: type === 'path' ? fileNeeds(what) : service === undefined ? [] : [service] };
    });
    if (grouping === 'require_any' && all.length > 1) this.#addAny(all, dependency.at, claim);
    else for (const one of all) if (one.needs.length > 0) this.#add(one.needs, one, claim);
  }

  /** When one of the alternatives is unknown, it may be the one that is there. */
  #addAny(all: readonly (Named & { readonly needs: readonly Need[] })[], at: Range, claim: Claim): void {
    if (all.some(one => one.needs.length === 0)) return;
    const needs = all.flatMap(one => one.needs);
    const sure = all.every(one => isSure(one.what)) ? claim.confidence : lesser(claim.confidence, 'likely');
    const what = all.map(one => one.what).join(' or ');
    this.#add([...new Set(needs)], { what, at }, { ...claim, confidence: sure });
  }

  #addMethod({ name, exec, at }: SmfMethod, most: Confidence): void {
    const because = `method ${printable(name)}: ${printable(exec)}`;
    for (const { path, plain } of methodPrograms(exec)) {
      if (MADE.test(path)) continue;
      const sure = plain && PACKAGED.test(path) ? 'certain' : 'likely';
      this.#add([path], { what: `/${path}`, at }, { because, confidence: lesser(most, sure) });
    }
  }

  #addCredential({ user, groups }: SmfCredential): void {
    const { baseUsers, baseGroups } = this.#options;
    const claim = { because: 'method_credential', confidence: 'likely' } as const;
    if (user && !baseUsers.has(user.name))
      this.#add([userNeed(user.name)], { what: `user ${user.name}`, at: user.at }, claim);
    for (const { name, at } of groups)
      if (!baseGroups.has(name)) this.#add([groupNeed(name)], { what: `group ${name}`, at }, claim);
  }

  #serviceOf(fmri: string, at: Range): Need | undefined {
    const service = serviceFmri(fmri);
    if (service !== undefined) return serviceNeed(service);
    if (!OTHER.test(fmri) && this.faults.length < MOST_FAULTS) {
      const message = `"${printable(fmri, 80)}" is no service; name one such as svc:/network/ssh:default`;
      this.faults.push({ message, at });
    }
    return undefined;
  }

  #add(anyOf: readonly Need[], { what, at }: Named, { because, confidence: sure, optional }: Claim): void {
    if (anyOf.some(need => this.own.has(need))) return;
    const most = anyOf.length > 1 || isSure(what) ? sure : lesser(sure, 'likely');
    const confidence = lesser(most, this.#ceiling);
    const key = anyOf.join(' ');
    const before = this.#found.get(key);
    if (before && lesser(before.confidence, confidence) === confidence) return;
    this.#found.set(key, {
      catcher: 'smf',
      neededBy: this.#path,
      at,
      what: printable(what),
      because,
      anyOf,
      confidence,
      ...((optional || confidence === 'hint') && { unmet: 'nothing' }),
    });
  }
}

const MOST_FAULTS = 20;

/** It starts everything else, and is no dependency of anything that runs. */
const MASTER_RESTARTER: Need = 'smf:system/svc/restarter:default';

const SURE: Readonly<Record<SmfDependency['type'], Readonly<Record<SmfGrouping, Confidence>>>> = {
  service: { require_all: 'certain', require_any: 'certain', optional_all: 'hint', exclude_all: 'hint' },
  path: { require_all: 'likely', require_any: 'likely', optional_all: 'hint', exclude_all: 'hint' },
};

/** Directories whose files come at run time, from no package. */
const MADE = /^(?:var|tmp|dev|proc|devices|system\/volatile|etc\/svc\/volatile)\//;
/** Directories where everything comes from packages. */
const PACKAGED = /^(?:lib|sbin|usr(?!\/local\/))\//;
/** FMRIs of files and legacy scripts, and what a build still has to fill in. */
const OTHER = /^(?:file|lrc):|^\/\/?[^:]+$|[@$%{}\ufffd]/;

/** A path dependency is met by anything at its path; none where nobody knows or delivers it. */
function fileNeeds(fmri: string): readonly Need[] {
  const path = filePathOf(fmri);
  if (path === undefined || MADE.test(path) || /[@$%{}\ufffd]/.test(path)) return [];
  return [path, directoryNeed(path)];
}

/** Files and paths; of services those that say that they are: without `svc:` other text looks alike. */
function isSure(what: string): boolean {
  return what.startsWith('/') || what.startsWith('file:') || hasScheme(what);
}

/** Those that start some instance: the service's, unless each instance has its own. */
function restartersOf(
  general: SmfRestarter | undefined,
  instances: readonly SmfInstance[],
): readonly SmfRestarter[] {
  const own = instances.flatMap(one => one.restarter ?? []);
  const replaced = instances.length > 0 && own.length === instances.length;
  return general && !replaced ? [general, ...own] : own;
}

/** What holds for some instance: a dependency or method of an instance replaces the service's of this name. */
function notReplaced<T extends { readonly name: string }>(
  general: readonly T[],
  ofInstances: readonly (readonly T[])[],
): readonly T[] {
  const counts = new Map<string, number>();
  for (const own of ofInstances)
    for (const name of new Set(own.map(one => one.name))) counts.set(name, (counts.get(name) ?? 0) + 1);
  return general.filter(
    ({ name }) => name === '' || (counts.get(name) ?? 0) < Math.max(ofInstances.length, 1),
  );
}

const RANKS: readonly Confidence[] = ['hint', 'likely', 'certain'];

function lesser(one: Confidence, other: Confidence): Confidence {
  return RANKS.indexOf(one) < RANKS.indexOf(other) ? one : other;
}
