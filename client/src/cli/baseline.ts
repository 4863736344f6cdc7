import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Finding } from '../../../server/src/core/model.ts';
import { identityOf, portablePath } from './identity.ts';
import { replaceFile } from './replace-file.ts';
import type { Checked } from './reporters/index.ts';

/**
 * Findings that were there when somebody decided to begin: they are not reported again, others are.
 *
 * Each is known by its identity, so that a new finding never hides behind one that went.
 */
export interface Baseline {
  /** Absolute path of the file. */
  readonly path: string;
  readonly text: string;
  readonly entries: readonly BaselineEntry[];
}

/** One finding of a baseline; all but `id` is for people. */
export interface BaselineEntry {
  readonly id: string;
  readonly code: string;
  /** As seen from the baseline's directory. */
  readonly manifest: string;
  readonly message: string;
}

/** What a baseline left of a run. */
export interface AfterBaseline {
  readonly checked: readonly Checked[];
  /** How many findings it hid. */
  readonly hidden: number;
  /** Entries that no finding matched, for manifests of this run and for such as are gone. */
  readonly stale: readonly BaselineEntry[];
}

/** More than any real baseline has (bytes). */
const LARGEST = 64 * 1024 * 1024;

const ANEW = 'take it away, and --update-baseline writes it anew';

/** Reads a baseline; a text says what is wrong with it. */
export function readBaseline(path: string): Baseline | string {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) return 'is a directory; name a file';
    if (!stats.isFile()) return 'is no regular file';
    if (stats.size > LARGEST) return 'is larger than 64 MiB: no baseline is';
    const text = readFileSync(path, 'utf8');
    const entries = entriesIn(JSON.parse(text.replace(/^\ufeff/, '')));
    return entries ? { path, text, entries } : `is no baseline of version 1; ${ANEW}`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'does not exist; --update-baseline writes it';
    return code === undefined ? `is no JSON (${message}); ${ANEW}` : `cannot be read (${code})`;
  }
}

function entriesIn(value: unknown): readonly BaselineEntry[] | undefined {
  const { version, findings } = (value ?? {}) as { version?: unknown; findings?: unknown };
  if (version !== 1 || !Array.isArray(findings)) return undefined;
  return findings.every(isEntry) ? findings : undefined;
}

function isEntry(value: unknown): value is BaselineEntry {
  const entry = (value ?? {}) as Record<string, unknown>;
  return ['id', 'code', 'manifest', 'message'].every(key => typeof entry[key] === 'string');
}

/** Takes out what the baseline has. */
export function afterBaseline(checked: readonly Checked[], { path, entries }: Baseline): AfterBaseline {
  const base = dirname(path);
  const open = new Map<string, BaselineEntry[]>();
  for (const entry of entries) open.set(entry.id, [...(open.get(entry.id) ?? []), entry]);
  let hidden = 0;
  const left = checked.map(one => ({ ...one, findings: one.findings.filter(each => isNew(each, one)) }));
  const isOver = lookedAt(checked, base);
  return { checked: left, hidden, stale: [...open.values()].flat().filter(isOver) };

  function isNew(finding: Finding, one: Checked): boolean {
    const known = open.get(identityOf(finding, one.path, base))?.shift();
    if (known) hidden++;
    return !known;
  }
}

/** Whether a run had to find what an entry stands for: it looked at its manifest, or that is gone, or renamed. */
function lookedAt(checked: readonly Checked[], base: string): (entry: BaselineEntry) => boolean {
  const seen = new Set(checked.map(one => portablePath(one.path, base)));
  const gone = new Map<string, boolean>();
  return ({ manifest }) => {
    if (seen.has(manifest)) return true;
    const known = gone.get(manifest) ?? !existsSync(resolve(base, manifest));
    gone.set(manifest, known);
    return known;
  };
}

/**
 * Writes a baseline of everything that was found; entries for manifests that are there and were not looked at stay. Answers what
 * went wrong.
 */
export async function writeBaseline(
  path: string,
  checked: readonly Checked[],
  before: Baseline | undefined,
): Promise<string | undefined> {
  const base = dirname(path);
  const isOver = lookedAt(checked, base);
  const kept = before?.entries.filter(entry => !isOver(entry)) ?? [];
  const found = checked.flatMap(one =>
    one.findings.map(finding => ({
      id: identityOf(finding, one.path, base),
      code: finding.code,
      manifest: portablePath(one.path, base),
      message: finding.message,
    })),
  );
  const lines = [...kept, ...found].map(entry => JSON.stringify(entry)).sort(byManifest);
  const text = `{"version":1,"findings":[\n${lines.join(',\n')}\n]}\n`;
  if (before) return before.text === text ? undefined : replaceFile(path, before.text, text);
  return written(path, text);
}

/** Writes a new file whole or not at all. */
function written(path: string, text: string): string | undefined {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, path);
    return undefined;
  } catch (error) {
    rmSync(temporary, { force: true });
    return `cannot be written (${(error as NodeJS.ErrnoException).code}); see to its directory`;
  }
}

/** One line of a baseline after the other, by manifest, so that a change of one is a change of few lines. */
function byManifest(a: string, b: string): number {
  const key = (line: string) => line.slice(line.indexOf('"manifest"')) + line;
  return key(a) < key(b) ? -1 : 1;
}
