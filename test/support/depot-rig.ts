import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepositorySettings } from '../../server/src/core/tree.ts';
import type { Pace } from '../../server/src/io/depot-client/pace.ts';
import { Disk } from '../../server/src/io/disk.ts';
import type { ConfiguredRepository } from '../../server/src/io/repositories/configured.ts';
import { type DepotOptions, openDepot } from '../../server/src/io/repositories/http-depot.ts';
import { ScratchTree } from './scratch-tree.ts';

const DATA = join(process.cwd(), 'test/data/ips-repository');

/** Impatient enough for tests. */
const QUICK: Partial<Pace> = { connect: 2_000, idle: 2_000, retry: 2, quiet: 2_000, patience: 10_000 };

/** Repositories of depots with a cache of their own, and what was heard of them. */
export class DepotRig {
  readonly signal = new AbortController().signal;
  readonly scratch = new ScratchTree();
  /** One for each call of `onChange`. */
  readonly changes: boolean[] = [];
  readonly progress: (readonly [number, number])[] = [];
  readonly #opened: ConfiguredRepository[] = [];
  #waiting: (() => void)[] = [];

  /** `within`: the directory of a workspace that is not trusted. */
  open(
    settings: RepositorySettings,
    options: DepotOptions = {},
    within?: string,
    offline = false,
  ): ConfiguredRepository {
    const around = {
      disk: new Disk(),
      offline,
      ...(within !== undefined && { within }),
      cacheDirectory: this.scratch.path('cache'),
      onChange: (answers: boolean) => {
        this.changes.push(answers);
        for (const told of this.#waiting.splice(0)) told();
      },
      onProgress: (done: number, total: number) => this.progress.push([done, total]),
    };
    const quick = { environment: {}, ...options, pace: { ...QUICK, ...options.pace } };
    const repository = openDepot(settings, this.scratch.path('.'), around, quick);
    this.#opened.push(repository);
    return repository;
  }

  /** Opens it and waits until it is up to date. */
  async ready(uri: string, options: DepotOptions = {}): Promise<ConfiguredRepository> {
    const repository = this.open({ uri }, options);
    await repository.refresh(this.signal);
    return repository;
  }

  /** Waits for a change after which something holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>(told => this.#waiting.push(told));
  }

  /** Closes what is open; the cache stays. */
  closeAll(): void {
    for (const repository of this.#opened.splice(0)) repository.dispose();
  }

  dispose(): void {
    this.closeAll();
    this.scratch.remove();
  }

  /** `name@version` of the packages that deliver something. */
  async deliverersOf(repository: ConfiguredRepository, need: string): Promise<readonly string[]> {
    const found = await repository.deliveries(new Set([need]), this.signal);
    return found.map(one => `${one.package.name}@${one.package.version}`).sort();
  }

  /** Versions of a package. */
  async versionsOf(repository: ConfiguredRepository, name: string): Promise<readonly string[]> {
    const found = await repository.packages(new Set([name]), this.signal);
    return (found.get(name) ?? []).map(one => `${one.id.version} ${one.state}`);
  }
}

/** Rows of a table of what a reader must find, without its heading. */
export function goldenTable(name: string): readonly (readonly string[])[] {
  const lines = readFileSync(join(DATA, name), 'utf8').trimEnd().split('\n');
  return lines.slice(1).map(line => line.split('\t'));
}

/** What of the tables a repository tells otherwise. */
export async function differences(repository: ConfiguredRepository): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const files = goldenTable('expected-files.tsv');
  const needOf = ([path, type]: readonly string[]) => (type === 'dir' ? `dir:${path}` : (path ?? ''));
  const found = await repository.deliveries(new Set(files.map(needOf)), signal);
  const told = found.map(({ path, kind, package: { publisher, name, version } }) =>
    [path, kind, publisher, name, version].join(' '),
  );
  const expected = files.map(row => [needOf(row), row[1], row[2], row[3], row[4]].join(' '));
  const versions = goldenTable('expected-packages.tsv').map(([fmri = '', state]) => {
    return `${fmri} ${state === '-' ? 'ordinary' : state}`;
  });
  const names = versions.map(fmri => /^pkg:\/\/[^/]+\/([^@]+)@/.exec(fmri)?.[1] ?? '');
  const packages = [...(await repository.packages(new Set(names), signal)).values()].flat();
  const known = packages.map(({ id, state }) => `pkg://${id.publisher}/${id.name}@${id.version} ${state}`);
  return [...difference(versions, known), ...difference(expected, told)].slice(0, 10);
}

function difference(expected: readonly string[], told: readonly string[]): readonly string[] {
  const [wanted, got] = [new Set(expected), new Set(told)];
  return [
    ...[...wanted.difference(got)].map(one => `missing: ${one}`),
    ...[...got.difference(wanted)].map(one => `too many: ${one}`),
  ];
}
