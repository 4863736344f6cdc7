import { signedText } from '../../core/ips/catalog.ts';
import { type CatalogPart, logsBetween, type VersionName, withLogs } from '../../core/ips/catalog-log.ts';
import {
  type CatalogFile,
  type CatalogState,
  canonicalTexts,
  jsonObject,
  readCatalogState,
} from '../../core/ips/catalog-state.ts';
import { digest } from '../digest.ts';
import { nameOf } from './depot-cache.ts';
import { type DepotFiles, type Fetched, LIMITS } from './depot-files.ts';
import type { Failure } from './transport.ts';

/** The catalog of a publisher as the copy has it. */
export interface CatalogCopy {
  readonly publisher: string;
  /** Of `catalog.attrs`: another value is another catalog. */
  readonly stamp: string;
  /** Keys of the parts in the cache. */
  readonly keys: readonly string[];
  /** The parts that matter here, as texts; read when they are asked for. */
  text(part: CatalogPartName): string | undefined;
}

/** The parts that packages are read from. */
export type CatalogPartName = (typeof PARTS)[number];

/** What a look at a catalog brought. */
export interface CatalogUpdate {
  readonly changed: boolean;
  /** Versions that update logs brought: a search index of the depot may not know them yet. */
  readonly added: readonly VersionName[];
  /** Seconds until the depot wants to be asked again, where it says so. */
  readonly maxAge?: number;
}

const PARTS = ['catalog.base.C', 'catalog.dependency.C'] as const;

/** The catalog that was copied last, if all of it is there. */
export function copiedCatalog(files: DepotFiles, publisher: string): CatalogCopy | undefined {
  const attrs = files.kept(attrsPath(publisher));
  const state = attrs && readCatalogState(attrs.text);
  if (!attrs || !state || typeof state === 'string') return undefined;
  const keys = partKeys(publisher, state);
  const names = files.cache.names('part');
  if (!keys.every(([, key]) => names.has(nameOf(key)))) return undefined;
  const byName = new Map(keys);
  return {
    publisher,
    stamp: digest('sha1', attrs.text, 'hex'),
    keys: keys.map(([, key]) => key),
    text: part => {
      const key = byName.get(part);
      return key === undefined ? undefined : files.cache.read('part', key)?.text;
    },
  };
}

/**
 * Brings the copy of a publisher's catalog up to date: by update logs where they reach back far enough, else in full. Signatures
 * are checked; where they are wrong, everything is fetched once more past all caches. The old copy stays until the new one
 * is whole.
 */
export async function syncCatalog(
  files: DepotFiles,
  publisher: string,
  signal: AbortSignal,
): Promise<CatalogUpdate | Failure> {
  const copy = copiedCatalog(files, publisher);
  const usable = copy?.keys.every(key => files.cache.read('part', key) !== undefined) ?? false;
  const first = await new CatalogSync(files, publisher, !usable, signal).run();
  if (!('failure' in first) || first.unreachable || !first.damaged) return first;
  return new CatalogSync(files, publisher, true, signal).run();
}

/** A failure for which what came is to blame. */
interface Damage extends Failure {
  readonly damaged?: true;
}

class CatalogSync {
  readonly #files: DepotFiles;
  readonly #publisher: string;
  readonly #anew: boolean;
  readonly #signal: AbortSignal;

  constructor(files: DepotFiles, publisher: string, anew: boolean, signal: AbortSignal) {
    this.#files = files;
    this.#publisher = publisher;
    this.#anew = anew;
    this.#signal = signal;
  }

  async run(): Promise<CatalogUpdate | Damage> {
    const path = attrsPath(this.#publisher);
    const before = this.#anew ? undefined : readState(this.#files.kept(path)?.text);
    const answer = await this.#fetch(path, LIMITS.small);
    if ('failure' in answer) return isOut(answer) ? answer : named('catalog.attrs', answer);
    const age = answer.maxAge === undefined ? {} : { maxAge: answer.maxAge };
    if (!answer.fresh) return { changed: false, added: [], ...age };
    const state = readCatalogState(answer.text);
    if (typeof state === 'string') return damage('catalog.attrs', state);
    if (!isSigned(answer.text, undefined)) return damage('catalog.attrs', WRONG);
    const got = await this.#parts(before, state);
    if ('failure' in got) return got;
    if (answer.entry) this.#files.keep(answer.entry);
    return { changed: true, added: got.added, ...age };
  }

  async #parts(
    before: CatalogState | undefined,
    state: CatalogState,
  ): Promise<{ readonly added: readonly VersionName[] } | Damage> {
    const open = partKeys(this.#publisher, state).filter(
      ([, key]) => this.#anew || !this.#files.cache.read('part', key),
    );
    if (open.length === 0) return { added: [] };
    const logged = before && (await this.#byLogs(before, state));
    if (logged) return logged;
    const answers = await Promise.all(
      open.map(([name, key]) => this.#full(name, key, state.parts.get(name))),
    );
    return answers.find(answer => answer !== undefined) ?? { added: [] };
  }

  /** The parts out of the copy and the update logs; nothing where the outcome is not what was signed. */
  async #byLogs(
    before: CatalogState,
    state: CatalogState,
  ): Promise<{ readonly added: readonly VersionName[] } | undefined> {
    const names = logsBetween(before, state);
    const old = names && this.#oldParts(before, state);
    if (!names || !old) return undefined;
    const logs: CatalogPart[] = [];
    let left: number = MOST_OF_LOGS;
    for (const name of names) {
      const log = await this.#log(name, state.updates.get(name), left);
      if (!log) return undefined;
      logs.push(log.part);
      left -= log.size;
    }
    const made = withLogs(old, logs, before, this.#publisher);
    const texts = made && signedTexts(made.parts, state);
    if (!texts) return undefined;
    for (const [name, key] of partKeys(this.#publisher, state)) {
      const text = texts.get(name);
      if (text !== undefined) this.#files.cache.write('part', { key, text });
    }
    return { added: made.added };
  }

  #oldParts(before: CatalogState, state: CatalogState): ReadonlyMap<string, CatalogPart> | undefined {
    const parts = new Map<string, CatalogPart>();
    const keys = new Map(partKeys(this.#publisher, before));
    for (const [name] of partKeys(this.#publisher, state)) {
      const key = keys.get(name);
      const text = key === undefined ? undefined : this.#files.cache.read('part', key)?.text;
      const part = text === undefined ? undefined : jsonObject(text);
      if (part === undefined || typeof part === 'string') return undefined;
      parts.set(name, part);
    }
    return parts;
  }

  async #log(
    name: string,
    file: CatalogFile | undefined,
    limit: number,
  ): Promise<{ readonly part: CatalogPart; readonly size: number } | undefined> {
    const answer = await this.#fetch(`${this.#publisher}/catalog/1/${name}`, limit);
    if ('failure' in answer || !isSigned(answer.text, file?.signature)) return undefined;
    const part = jsonObject(answer.text);
    return typeof part === 'string' ? undefined : { part, size: answer.text.length };
  }

  /** Fetches a part and keeps it; answers what is wrong with it. */
  async #full(name: string, key: string, file: CatalogFile | undefined): Promise<Damage | undefined> {
    const answer = await this.#fetch(`${this.#publisher}/catalog/1/${name}`, LIMITS.part);
    if ('failure' in answer)
      return { ...named(name, answer), ...(answer.status === 404 && { damaged: true }) };
    const value = jsonObject(answer.text);
    if (typeof value === 'string') return damage(name, value);
    if (!isSigned(answer.text, file?.signature)) return damage(name, WRONG);
    this.#files.cache.write('part', { key, text: answer.text });
    return undefined;
  }

  #fetch(path: string, limit: number): Promise<Fetched | Failure> {
    return this.#files.fetch(path, limit, this.#signal, { anew: this.#anew, keep: false });
  }
}

/** A failure that is not one of the whole depot says what it is about. */
function named(name: string, failure: Failure): Failure {
  return { ...failure, message: `${name}: ${failure.message}` };
}

/** Whether the depot as a whole has trouble. */
function isOut({ unreachable, status = 0 }: Failure): boolean {
  return unreachable || status >= 500;
}

/** Most bytes of all update logs that are read at a time; where there are more, the parts are. */
const MOST_OF_LOGS = 32 * 1024 * 1024;

const WRONG = 'does not agree with its signature';

function damage(name: string, message: string): Damage {
  const remedy = 'the copy that is there stays in use; who runs the depot can repair it with pkgrepo rebuild';
  return {
    failure: true,
    damaged: true,
    unreachable: false,
    message: `sends a catalog that cannot be used (${name} ${message}): ${remedy}`,
  };
}

function readState(text: string | undefined): CatalogState | undefined {
  const state = text === undefined ? undefined : readCatalogState(text);
  return typeof state === 'string' ? undefined : state;
}

function attrsPath(publisher: string): string {
  return `${publisher}/catalog/1/catalog.attrs`;
}

/** Where the parts of a state are kept: a part with another signature is another entry, so that both can be there. */
function partKeys(publisher: string, state: CatalogState): readonly (readonly [CatalogPartName, string])[] {
  return PARTS.filter(name => state.parts.has(name)).map(name => {
    const { signature, lastModified = '' } = state.parts.get(name) ?? {};
    return [name, `${publisher} ${name} ${signature ?? lastModified}`];
  });
}

/** Whether a text is what it was signed as: by its own `_SIGNATURE`, and by the one that `catalog.attrs` has for it. */
function isSigned(text: string, listed: string | undefined): boolean {
  const raw = signedText(text);
  const wanted = listed ?? raw?.signature;
  if (raw && digest('sha1', raw.text, 'hex') === raw.signature) return wanted === raw.signature;
  const value = jsonObject(text);
  if (typeof value === 'string') return false;
  const own = (value._SIGNATURE as { readonly 'sha-1'?: unknown } | undefined)?.['sha-1'];
  const expected = [listed, own].filter(one => typeof one === 'string');
  if (expected.length === 0) return true;
  const sums = canonicalTexts(value).map(one => digest('sha1', one, 'hex'));
  return expected.every(one => sums.includes(one as string));
}

/** The texts of parts, if each is what it was signed as. */
function signedTexts(
  parts: ReadonlyMap<string, CatalogPart>,
  state: CatalogState,
): ReadonlyMap<string, string> | undefined {
  const texts = new Map<string, string>();
  for (const [name, part] of parts) {
    const wanted = state.parts.get(name)?.signature;
    const text = canonicalTexts(part).find(one => digest('sha1', one, 'hex') === wanted);
    if (text === undefined) return undefined;
    texts.set(name, text);
  }
  return texts;
}
