/** An origin that a p5i file names, with what it is an origin of. */
export interface P5iOrigin {
  /** As written. */
  readonly uri: string;
  /** Mirrors of the same repository, as written. */
  readonly mirrors: readonly string[];
  /** Publishers that are had from it, in the order of the file. */
  readonly publishers: readonly string[];
}

/** What a p5i file says, and what is wrong with it, without the file's name. */
export interface P5iReading {
  /** In the order of the file, each address once. */
  readonly origins: readonly P5iOrigin[];
  /** Every publisher, in the order of the file. */
  readonly publishers: readonly string[];
  readonly faults: readonly string[];
}

/** Most origins and publishers that one file may name. */
const MOST = 1000;

/**
 * Reads a p5i file (`pkg(7)`, MIME type `application/vnd.pkg5.info`, version 1). Depots answer some questions with
 * several documents one after another: they count as one.
 */
export function readP5i(text: string): P5iReading {
  const origins = new Map<string, { mirrors: Set<string>; publishers: Set<string> }>();
  const publishers = new Set<string>();
  const faults: string[] = [];
  for (const part of documents(text)) {
    const said = documentOf(part);
    if (typeof said === 'string') {
      faults.push(said);
      continue;
    }
    for (const { name, repositories } of said) {
      publishers.add(name);
      for (const { uri, mirrors } of repositories) {
        const origin = origins.get(uri) ?? { mirrors: new Set(), publishers: new Set() };
        origins.set(uri, origin);
        origin.publishers.add(name);
        for (const mirror of mirrors) origin.mirrors.add(mirror);
      }
    }
  }
  if (origins.size > MOST || publishers.size > MOST)
    return { origins: [], publishers: [], faults: [`names more than ${MOST} origins or publishers`] };
  const plain = [...origins].map(([uri, one]) => ({
    uri,
    mirrors: [...one.mirrors],
    publishers: [...one.publishers],
  }));
  return { origins: plain, publishers: [...publishers], faults };
}

interface PublisherEntry {
  readonly name: string;
  readonly repositories: readonly { readonly uri: string; readonly mirrors: readonly string[] }[];
}

/** The JSON texts that stand one after another. */
function documents(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let begin = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) {
      parts.push(text.slice(begin, at + 1));
      begin = at + 1;
    }
  }
  const rest = text.slice(begin);
  return rest.trim() !== '' || parts.length === 0 ? [...parts, rest] : parts;
}

/** Offset of the quote that ends the string which begins at `start`, or of the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function documentOf(text: string): readonly PublisherEntry[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `is no valid JSON (${(error as Error).message})`;
  }
  if (!isRecord(value)) return 'is no JSON object';
  if (value.version !== 1) return `is of version ${JSON.stringify(value.version)}, and only 1 is known`;
  return list(value.publishers).flatMap(one => {
    if (!isRecord(one) || typeof one.name !== 'string') return [];
    const repositories = list(one.repositories).flatMap(repository => {
      if (!isRecord(repository)) return [];
      const mirrors = texts(repository.mirrors);
      return texts(repository.origins).map(uri => ({ uri, mirrors }));
    });
    return [{ name: one.name, repositories }];
  });
}

/** Addresses are texts; depots of some versions wrap them in objects. */
function texts(value: unknown): readonly string[] {
  return list(value).flatMap(one => {
    const text = isRecord(one) ? one.uri : one;
    return typeof text === 'string' ? [text] : [];
  });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
