import { XmlElement } from '@rgrove/parse-xml';
import type { PayloadFault, Range } from '../model.ts';
import { printable } from './printable.ts';
import { serviceFmri } from './smf-fmri.ts';
import { attribute, elementsIn, readXml, type Xml } from './xml.ts';

/** What a service or instance waits for, `smf(7)` "Dependencies". */
export interface SmfDependency {
  readonly name: string;
  readonly grouping: SmfGrouping;
  /** `path`: its FMRIs name files. */
  readonly type: 'service' | 'path';
  /** True where importing the manifest removes it. */
  readonly deleted: boolean;
  /** As written; never empty. */
  readonly fmris: readonly string[];
  /** Of each FMRI. */
  readonly places: readonly Range[];
  /** Of the element's name. */
  readonly at: Range;
}

export type SmfGrouping = 'require_all' | 'require_any' | 'optional_all' | 'exclude_all';

/** How a service is started, stopped or refreshed, `smf_method(7)`. */
export interface SmfMethod {
  /** `start`, `stop`, `refresh`, ... */
  readonly name: string;
  /** The command line, or `:true`, `:kill`. */
  readonly exec: string;
  readonly at: Range;
}

/** Whom methods run as: a `method_credential` of a service, an instance or a method. */
export interface SmfCredential {
  readonly user?: { readonly name: string; readonly at: Range };
  /** Its group and its supplementary groups. */
  readonly groups: readonly { readonly name: string; readonly at: Range }[];
}

/** What starts a service or instance instead of svc.startd. */
export interface SmfRestarter {
  readonly fmri: string;
  readonly at: Range;
}

export interface SmfInstance {
  readonly name: string;
  /** `svc:/network/ssh:default` */
  readonly fmri: string;
  readonly dependencies: readonly SmfDependency[];
  readonly methods: readonly SmfMethod[];
  readonly credentials: readonly SmfCredential[];
  /** Its own one, in place of the service's. */
  readonly restarter?: SmfRestarter;
  readonly enabled: boolean;
}

export interface SmfService {
  /** As written: `network/ssh`. */
  readonly name: string;
  /** `svc:/network/ssh` */
  readonly fmri: string;
  readonly type: 'service' | 'restarter' | 'milestone';
  /** Of all its instances, those that the manifest does not know included. */
  readonly dependencies: readonly SmfDependency[];
  readonly methods: readonly SmfMethod[];
  readonly credentials: readonly SmfCredential[];
  /** What starts it instead of svc.startd. */
  readonly restarter?: SmfRestarter;
  /** That of `create_default_instance` included. */
  readonly instances: readonly SmfInstance[];
}

/** A service bundle, `service_bundle(5)`. */
export interface SmfBundle {
  readonly type: 'manifest' | 'profile' | 'archive';
  /** System identifier of its DOCTYPE, which tools that read no more ask for. */
  readonly systemId?: string;
  /** Those of bundles within it included. */
  readonly services: readonly SmfService[];
}

/** A bundle with what is wrong in it; without a bundle: XML that is broken; `undefined`: some other XML. */
export type SmfReading =
  | { readonly bundle?: SmfBundle; readonly faults: readonly PayloadFault[] }
  | undefined;

/**
 * Reads a service manifest or profile, `service_bundle.dtd.1`, as it stands: nothing is included, no entity is
 * expanded, and values with entities in them are left out.
 */
export function readSmf(text: string): SmfReading {
  const xml = readXml(text);
  if (!('root' in xml)) return { faults: [xml] };
  const { root, doctype } = xml;
  if (root.name !== 'service_bundle') return undefined;
  const reader = new Reader(xml);
  const type = attribute(root, 'type');
  const include = type === 'profile' ? undefined : includeIn(root);
  const bundle: SmfBundle = {
    type: type === 'profile' || type === 'archive' ? type : 'manifest',
    ...(doctype?.systemId !== undefined && { systemId: doctype.systemId }),
    services: reader.services(root),
  };
  const includes = include ? [{ message: NOT_INCLUDED, at: xml.placeOf(include) }] : [];
  return { bundle, faults: [...reader.faults, ...includes, ...entityFaults(xml)] };
}

const NOT_INCLUDED =
  'XInclude is not followed, so what the included file says is not known; write it into the manifest';

/** The first element that is replaced by another document (XInclude). */
function includeIn(element: XmlElement): XmlElement | undefined {
  for (const child of element.children) {
    if (!(child instanceof XmlElement)) continue;
    const found = /^\w+:include$/.test(child.name) ? child : includeIn(child);
    if (found) return found;
  }
  return undefined;
}

class Reader {
  readonly faults: PayloadFault[] = [];
  readonly #xml: Xml;

  constructor(xml: Xml) {
    this.#xml = xml;
  }

  services(bundle: XmlElement): readonly SmfService[] {
    const own = elementsIn(bundle, 'service').flatMap(service => this.#service(service) ?? []);
    const nested = elementsIn(bundle, 'service_bundle').flatMap(inner => this.services(inner));
    return nested.length > 0 ? [...own, ...nested] : own;
  }

  #service(service: XmlElement): SmfService | undefined {
    const name = attribute(service, 'name');
    const fmri = name === undefined || name.includes(':') ? undefined : serviceFmri(name);
    if (name === undefined || fmri === undefined) {
      this.#complain(
        service,
        'name',
        `The service name "${shown(name)}" is none; use one such as network/ssh`,
      );
      return undefined;
    }
    const type = attribute(service, 'type');
    const dependencies = this.#dependencies(service);
    const methods = this.#methods(service);
    const credentials = this.#credentials(service);
    const restarter = this.#restarter(service);
    const instances = elementsIn(service, 'instance').flatMap(one => this.#instance(one, fmri) ?? []);
    const implied = elementsIn(service, 'create_default_instance')[0];
    if (implied && !instances.some(one => one.name === 'default'))
      instances.push(defaultInstance(implied, fmri));
    return {
      name,
      fmri,
      type: type === 'restarter' || type === 'milestone' ? type : 'service',
      dependencies,
      methods,
      credentials,
      ...(restarter && { restarter }),
      instances,
    };
  }

  #instance(instance: XmlElement, service: string): SmfInstance | undefined {
    const name = attribute(instance, 'name');
    const fmri = name === undefined ? undefined : serviceFmri(`${service}:${name}`);
    if (name === undefined || fmri === undefined) {
      this.#complain(instance, 'name', `The instance name "${shown(name)}" is none; use one such as default`);
      return undefined;
    }
    const restarter = this.#restarter(instance);
    return {
      name,
      fmri,
      dependencies: this.#dependencies(instance),
      methods: this.#methods(instance),
      credentials: this.#credentials(instance),
      ...(restarter && { restarter }),
      enabled: attribute(instance, 'enabled') === 'true',
    };
  }

  #dependencies(of: XmlElement): readonly SmfDependency[] {
    return elementsIn(of, 'dependency').flatMap(one => this.#dependency(one) ?? []);
  }

  #dependency(dependency: XmlElement): SmfDependency | undefined {
    const grouping = attribute(dependency, 'grouping');
    if (!isGrouping(grouping)) {
      const message = `The grouping "${shown(grouping)}" is none; use require_all, require_any, optional_all or exclude_all`;
      this.#complain(dependency, 'grouping', message);
      return undefined;
    }
    const named = elementsIn(dependency, 'service_fmri').filter(one => attribute(one, 'value') !== undefined);
    if (named.length === 0) return undefined;
    return {
      name: attribute(dependency, 'name') ?? '',
      grouping,
      type: attribute(dependency, 'type') === 'path' ? 'path' : 'service',
      deleted: attribute(dependency, 'delete') === 'true',
      fmris: named.map(one => attribute(one, 'value')!),
      places: named.map(one => this.#xml.placeOfValue(one, 'value')),
      at: this.#xml.placeOf(dependency),
    };
  }

  #methods(of: XmlElement): readonly SmfMethod[] {
    return elementsIn(of, 'exec_method').flatMap(method => {
      const exec = attribute(method, 'exec');
      if (exec === undefined || attribute(method, 'delete') === 'true') return [];
      const name = attribute(method, 'name') ?? '';
      return [{ name, exec, at: this.#xml.placeOfValue(method, 'exec') }];
    });
  }

  #credentials(of: XmlElement): readonly SmfCredential[] {
    const holders = [of, ...elementsIn(of, 'exec_method')];
    const contexts = holders.flatMap(one => elementsIn(one, 'method_context'));
    return contexts
      .flatMap(one => elementsIn(one, 'method_credential'))
      .map(one => {
        const [user] = this.#names(one, 'user');
        return {
          ...(user && { user }),
          groups: [...this.#names(one, 'group'), ...this.#names(one, 'supp_groups')],
        };
      });
  }

  /** Names in an attribute; numbers, `:default` and what only is known when the method runs are none. */
  #names(element: XmlElement, key: string): SmfCredential['groups'] {
    const names = (attribute(element, key) ?? '').split(/[\s,]+/).filter(name => ACCOUNT.test(name));
    return names.map(name => ({ name, at: this.#xml.placeOfValue(element, key) }));
  }

  #restarter(of: XmlElement): SmfRestarter | undefined {
    const named = elementsIn(of, 'restarter').flatMap(one => elementsIn(one, 'service_fmri'))[0];
    const fmri = named && attribute(named, 'value');
    return fmri === undefined ? undefined : { fmri, at: this.#xml.placeOfValue(named!, 'value') };
  }

  #complain(element: XmlElement, attribute: string, message: string): void {
    const value = element.attributes[attribute] ?? '';
    // Nobody knows what an entity stands for; it is reported once for the document.
    if (value.includes('\ufffd') || this.faults.length >= MOST_FAULTS) return;
    this.faults.push({ message, at: this.#xml.placeOfValue(element, attribute) });
  }
}

/** `passwd(5)`: letters, digits and a few marks, the first a letter. */
const ACCOUNT = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const MOST_FAULTS = 20;

const GROUPINGS: ReadonlySet<string | undefined> = new Set<SmfGrouping>([
  'require_all',
  'require_any',
  'optional_all',
  'exclude_all',
]);

function isGrouping(text: string | undefined): text is SmfGrouping {
  return GROUPINGS.has(text);
}

function defaultInstance(implied: XmlElement, service: string): SmfInstance {
  const enabled = attribute(implied, 'enabled') === 'true';
  return {
    name: 'default',
    fmri: `${service}:default`,
    dependencies: [],
    methods: [],
    credentials: [],
    enabled,
  };
}

function entityFaults({ entities }: Xml): readonly PayloadFault[] {
  const [first] = entities;
  if (first === undefined) return [];
  const others = entities.size > 1 ? ` and ${entities.size - 1} more` : '';
  return [
    {
      message: `The entity &${shown(first)};${others} is not expanded, so what holds it is not known; write its text out`,
    },
  ];
}

function shown(text: string | undefined): string {
  return printable(text ?? '', 80);
}
