import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Json = Record<string, unknown>;

/** Publishes into a copy of a repository as the real tools do: manifest, catalog parts, an update log, signatures. */
export class DepotPublication {
  readonly #publisher: string;
  readonly #directory: string;
  readonly #log: Record<string, Json[]> = {};
  #time = 0;

  constructor(root: string, publisher: string) {
    this.#publisher = publisher;
    this.#directory = join(root, 'publisher', publisher);
  }

  /** Adds a version; the catalog part of dependencies has its `depend` actions. */
  add(name: string, version: string, actions: readonly string[]): void {
    const text = [`set name=pkg.fmri value=pkg://${this.#publisher}/${name}@${version}`, ...actions, ''].join(
      '\n',
    );
    const directory = join(this.#directory, 'pkg', encodeURIComponent(name));
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, encodeURIComponent(version)), text);
    const base = { 'signature-sha-1': sha1(text), version };
    const depends = actions.filter(action => action.startsWith('depend '));
    const dependency = depends.length > 0 ? { 'catalog.dependency.C': { actions: depends, version } } : {};
    this.#write('catalog.base.C', part => insert(part, this.#publisher, name, base));
    if (depends.length > 0) {
      this.#write('catalog.dependency.C', part =>
        insert(part, this.#publisher, name, { actions: depends, version }),
      );
    }
    const time = this.#now();
    const entry = { 'catalog.base.C': base, ...dependency, 'op-time': time, 'op-type': 'add', version };
    this.#log[name] = [...(this.#log[name] ?? []), entry];
    this.#writeAttributes(time);
  }

  /** A time later than any before. */
  #now(): string {
    this.#time++;
    return `20261120T13${String(this.#time).padStart(4, '0')}.000001Z`;
  }

  #writeAttributes(time: string): void {
    const log = this.#save('update.20261120T13Z.C', { [this.#publisher]: this.#log });
    const attrs = this.#read('catalog.attrs');
    const parts = attrs.parts as Record<string, Json>;
    for (const part of ['catalog.base.C', 'catalog.dependency.C']) {
      const { _SIGNATURE } = this.#read(part) as { _SIGNATURE: { 'sha-1': string } };
      const signature = _SIGNATURE['sha-1'];
      const known = parts[part];
      if (known?.['signature-sha-1'] !== signature)
        parts[part] = { 'last-modified': time, 'signature-sha-1': signature };
    }
    const updates = {
      ...(attrs.updates as Json),
      'update.20261120T13Z.C': { 'last-modified': time, 'signature-sha-1': log },
    };
    this.#save('catalog.attrs', { ...attrs, 'last-modified': time, updates });
  }

  #write(part: string, change: (part: Json) => void): void {
    const value = this.#read(part);
    change(value);
    this.#save(part, value);
  }

  #read(name: string): Json {
    return JSON.parse(readFileSync(join(this.#directory, 'catalog', name), 'utf8'));
  }

  /** Signs and writes it; answers the signature. */
  #save(name: string, value: Json): string {
    const { _SIGNATURE, ...rest } = value;
    const text = JSON.stringify(sorted(rest));
    const signature = sha1(`${text}\n`);
    const signed = `${text.slice(0, -1)},"_SIGNATURE":{"sha-1":"${signature}"}}\n`;
    writeFileSync(join(this.#directory, 'catalog', name), signed);
    return signature;
  }
}

function insert(part: Json, publisher: string, name: string, entry: Json): void {
  const packages = (part[publisher] ?? {}) as Record<string, Json[]>;
  packages[name] = [...(packages[name] ?? []), entry];
  part[publisher] = packages;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, one]) => [key, sorted(one)]));
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
