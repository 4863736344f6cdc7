import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { Catches } from '../../server/src/core/catch-memory.ts';
import { catcherOptions } from '../../server/src/core/catcher-options.ts';
import { catchers } from '../../server/src/core/catchers/index.ts';
import { rulesOf } from '../../server/src/core/dialects.ts';
import { LiveCandidates } from '../../server/src/core/live-candidates.ts';
import type {
  Delivery,
  Manifest,
  Package,
  PayloadFile,
  PayloadSource,
  Repository,
  World,
} from '../../server/src/core/model.ts';
import { directoriesOf } from '../../server/src/core/own-deliveries.ts';
import { inflate } from '../../server/src/io/inflate.ts';
import { elfFromWords } from './elf.ts';

/**
 * A world in one string, in the manner of txtar: `-- manifest --`, `-- proto/usr/bin/x --`, `-- repo/NAME@VERSION --`,
 * and what files of packages hold: `-- content/NAME@VERSION/usr/lib/x.so (elf defines=X_1) --`.
 */
export interface Fixture {
  readonly manifest: Manifest;
  /** `LINE: CODE: MESSAGE` of every mark. */
  readonly expected: readonly string[];
  readonly world: World;
  /** Parses another text in place of the manifest, for what a fix makes of it. */
  parse(text: string): Manifest;
}

interface Section {
  readonly name: string;
  /** Words in parentheses behind the name: `elf needed=libz.so.1`, `mode=0444`, `from=test/data/x`. */
  readonly words: string;
  readonly text: string;
}

/** Reads a fixture; the sections are described in `Fixture`. */
export function fixture(source: string): Fixture {
  const sections = split(source);
  const settings = parseYaml(sections.find(one => one.name === 'settings')?.text ?? '') ?? {};
  const parse = (text: string) =>
    rulesOf('ips').read(text, { path: '/w/manifest.p5m', macros: settings.macros ?? {} });
  const text = sections.find(one => one.name === 'manifest')?.text ?? '';
  const parts = sections.filter(one => /^(workspace|repo|content)\//.test(one.name));
  return {
    manifest: parse(text),
    expected: marksOf(text),
    parse,
    world: {
      payloads: payloadsOf(sections.filter(one => one.name.startsWith('proto/'))),
      repositories: repositoriesOf(parts, settings),
      catchers: catchers.filter(one => (settings.catchers?.[one.name] ?? one.default ?? 'on') === 'on'),
      catcherOptions: catcherOptions({
        users: [],
        groups: [],
        compressed: settings.compressed ?? [],
        inflate,
        ...settings.base,
      }),
      plugIns: [],
      unlocked: settings.unlocked ?? [],
      incorporations: [settings.incorporation ?? []].flat(),
      policy: {
        transitive: settings.policy?.transitive ?? 'closure',
        generated: new Set<string>(settings.policy?.generated ?? []),
        closed: settings.closed ?? false,
      },
      suppressedBy: (code, path) =>
        (settings.suppress ?? []).findIndex(
          (one: { code: string; path: string }) => one.code === code && one.path === path,
        ),
      memory: new Catches(),
      candidates: new LiveCandidates(),
    },
  };
}

function split(source: string): readonly Section[] {
  const parts = source.replace(/^\n/, '').split(/^-- (\S+)(?: \((.*)\))? --\n/m);
  const sections: Section[] = [];
  for (let at = 1; at < parts.length; at += 3) {
    sections.push({ name: parts[at] ?? '', words: parts[at + 1] ?? '', text: parts[at + 2] ?? '' });
  }
  return sections;
}

const MARK = /^\s*#\s*\^+\s+(.*)$/;

function marksOf(text: string): readonly string[] {
  const expected: string[] = [];
  let line = 0;
  for (const [index, content] of text.split('\n').entries()) {
    const mark = MARK.exec(content);
    if (mark) expected.push(`${line}: ${mark[1]}`);
    else line = index + 1;
  }
  return expected;
}

function payloadsOf(sections: readonly Section[]): PayloadSource {
  const files = new Map(sections.map(one => [one.name.slice('proto/'.length), one]));
  return {
    built: files.size > 0,
    areas: ['/w/proto'],
    find: name => {
      const found = files.get(name.replace(/^\/+/, ''));
      return found && payloadFile(found);
    },
  };
}

function payloadFile({ name, words, text }: Section): PayloadFile {
  const from = /\bfrom=(\S+)/.exec(words)?.[1];
  const bytes = words.startsWith('elf')
    ? elfFromWords(words.slice(3).trim())
    : from === undefined
      ? new TextEncoder().encode(text)
      : new Uint8Array(readFileSync(from));
  const mode = /\bmode=(\d+)/.exec(words)?.[1] ?? '0555';
  return {
    location: `/w/${name}`,
    stamp: `${words} ${text}`,
    mode: Number.parseInt(mode, 8),
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    close: () => undefined,
  };
}

function repositoriesOf(
  parts: readonly Section[],
  settings: { readonly repositories?: readonly unknown[] },
): readonly Repository[] {
  const named = (kind: string) => parts.filter(one => one.name.startsWith(`${kind}/`));
  const repo = named('repo');
  return [
    { ...repository('workspace', named('workspace')), payload: delivery => contentOf(delivery, parts) },
    ...(repo.length > 0 || settings.repositories
      ? [
          {
            ...repository('repository', repo),
            content: async (delivery: Delivery) => bytesOf(contentOf(delivery, parts)),
          },
        ]
      : []),
  ];
}

function contentOf({ package: id, path }: Delivery, parts: readonly Section[]): PayloadFile | undefined {
  const version = id.version === undefined ? '' : `@${id.version}`;
  const found = parts.find(one => one.name === `content/${id.name}${version}/${path}`);
  return found && payloadFile(found);
}

function bytesOf(file: PayloadFile | undefined): Uint8Array | undefined {
  return file?.read(0, file.size);
}

function repository(kind: Repository['kind'], sections: readonly Section[]): Repository {
  const manifests = sections.map(({ name, text }) => {
    const [stem = '', version] = name.slice(name.indexOf('/') + 1).split('@');
    const id = `set name=pkg.fmri value=pkg:/${stem}${version ? `@${version}` : ''}\n`;
    return rulesOf('ips').read(id + text, { path: `/${kind}/${stem}.p5m`, macros: {} });
  });
  const packages: Package[] = manifests.map(({ id, state, variants, dependencies, deliveries }) => ({
    id: id ?? { name: '?' },
    state,
    variants,
    dependencies,
    delivers: deliveries.length,
  }));
  packages.sort((a, b) => rulesOf('ips').compareVersions(b.id.version, a.id.version));
  const deliveries: Delivery[] = manifests.flatMap(one => [...one.deliveries]);
  return {
    name: kind,
    kind,
    packages: async names =>
      Map.groupBy(
        packages.filter(one => names.has(one.id.name)),
        one => one.id.name,
      ),
    deliveries: async paths => deliveries.filter(one => paths.has(one.path)),
    below: async directories =>
      manifests.flatMap(one => {
        const below = directoriesOf(one.deliveries);
        return [...directories].flatMap(directory => below.get(directory) ?? []);
      }),
    faults: () => [],
  };
}
