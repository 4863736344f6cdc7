import { isRecord, jsonObject } from '../../core/ips/catalog-state.ts';

/** Operations that a depot offers: name -> versions (`versions/0`). */
export type Operations = ReadonlyMap<string, readonly string[]>;

/** Reads the answer of `versions/0`; `undefined`: it is none. */
export function operationsIn(text: string): Operations | undefined {
  const [first = '', ...lines] = text.slice(0, 100_000).split('\n');
  if (!/^pkg-server\b/.test(first)) return undefined;
  return new Map(
    lines
      .filter(line => line.trim() !== '')
      .map(line => {
        const [name = '', ...versions] = line.trim().split(/\s+/);
        return [name, versions] as const;
      }),
  );
}

/** Whether an operation is among those that a depot offers. */
export function offers(operations: Operations, name: string, version: string): boolean {
  return operations.get(name)?.includes(version) ?? false;
}

/** Names of the publishers in an answer of `publisher/0` (p5i); a string says what is wrong with it. */
export function publishersIn(text: string): readonly string[] | string {
  const value = jsonObject(text);
  if (typeof value === 'string') return value;
  const { publishers } = value;
  if (!Array.isArray(publishers)) return 'lists no publishers';
  const names = publishers.flatMap(one => (isRecord(one) && typeof one.name === 'string' ? [one.name] : []));
  return [...new Set(names.filter(isPublisher))].slice(0, MOST_PUBLISHERS);
}

/** Names of the publishers in an answer of `status/0`: `publisher/0` fails for ever where one has an odd name. */
export function publishersInStatus(text: string): readonly string[] {
  const value = jsonObject(text);
  const repository = isRecord(value) ? value.repository : undefined;
  const publishers = isRecord(repository) ? repository.publishers : undefined;
  return isRecord(publishers) ? Object.keys(publishers).filter(isPublisher).slice(0, MOST_PUBLISHERS) : [];
}

/** The default publisher in an answer of `status/0`. */
export function defaultPublisherIn(text: string): string | undefined {
  let found: unknown = jsonObject(text);
  for (const key of ['repository', 'configuration', 'publisher', 'prefix']) {
    found = isRecord(found) ? found[key] : undefined;
  }
  return typeof found === 'string' ? found : undefined;
}

const MOST_PUBLISHERS = 200;

/** Whether a text can be the prefix of a publisher: it then is one step of a path. */
function isPublisher(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,199}$/.test(name);
}
