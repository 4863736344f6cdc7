import { isTooDense, sortedJson } from './catalog-json.ts';

/** One file of a catalog, as `catalog.attrs` lists it. */
export interface CatalogFile {
  /** Basic ISO 8601, UTC, microseconds unless zero: `20261120T115011.262865Z`. */
  readonly lastModified: string;
  /** SHA-1 of its canonical text without the signature; absent: it cannot be checked. */
  readonly signature?: string;
}

/** What `catalog.attrs` says of a catalog (catalog v1). */
export interface CatalogState {
  /** Another value means that the catalog was made anew: update logs do not lead there. */
  readonly created: string;
  readonly lastModified: string;
  readonly parts: ReadonlyMap<string, CatalogFile>;
  readonly updates: ReadonlyMap<string, CatalogFile>;
}

/** Reads `catalog.attrs`; a string says what is wrong with it. Files with odd names are left out. */
export function readCatalogState(text: string): CatalogState | string {
  const value = jsonObject(text);
  if (typeof value === 'string') return value;
  if (value.version !== 1) return `is of catalog version ${String(value.version)}, and only 1 is known`;
  const parts = filesIn(value.parts);
  if (!parts) return 'lists no parts of a catalog';
  return {
    created: textOf(value.created),
    lastModified: textOf(value['last-modified']),
    parts,
    updates: filesIn(value.updates) ?? new Map(),
  };
}

/** The object that a JSON text is, or what is wrong with the text. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | string {
  if (isTooDense(text)) return 'has more entries than any catalog';
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : 'is no JSON object';
  } catch (error) {
    return `is no valid JSON (${(error as Error).message.slice(0, 200)})`;
  }
}

/** Whether a value out of JSON is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The texts of which the SHA-1 may be the signature of a catalog file: JSON with sorted keys, without blanks and
 * without `_SIGNATURE`, and a line feed; other than ASCII as `\uXXXX`, or as it is (`_FEATURE` `ooce:utf8`).
 */
export function canonicalTexts(value: Readonly<Record<string, unknown>>): readonly string[] {
  const { _SIGNATURE, ...signed } = value;
  const plain = `${sortedJson(signed)}\n`;
  // With six characters for one it could be longer than a string can be.
  if (plain.length > LONGEST_ESCAPED) return [plain];
  const escaped = escapes(plain, code => code);
  return escaped === plain ? [plain] : [plain, escaped, escapes(plain, code => code.toUpperCase())];
}

const LONGEST_ESCAPED = 64 * 1024 * 1024;

function escapes(text: string, digits: (code: string) => string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    unit => `\\u${digits(unit.charCodeAt(0).toString(16).padStart(4, '0'))}`,
  );
}

const FILE = /^(catalog|update)\.[A-Za-z0-9_.@-]{1,80}$/;
const SHA1 = /^[0-9a-f]{40}$/;

function filesIn(value: unknown): ReadonlyMap<string, CatalogFile> | undefined {
  if (!isRecord(value)) return undefined;
  const files = new Map<string, CatalogFile>();
  for (const [name, file] of Object.entries(value)) {
    if (!FILE.test(name) || !isRecord(file)) continue;
    const signature = textOf(file['signature-sha-1']);
    files.set(name, {
      lastModified: textOf(file['last-modified']),
      ...(SHA1.test(signature) && { signature }),
    });
  }
  return files;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
