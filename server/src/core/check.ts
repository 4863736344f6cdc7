import { type Collected, collect } from './collect.ts';
import { decide } from './decide.ts';
import type { Analysis, Finding, Manifest, Need, World } from './model.ts';
import { kindOf } from './needs.ts';
import { symbolVersions } from './symbol-versions.ts';
import { gather, type Questions } from './universe.ts';

/**
 * Checks a manifest: facts in, findings out.
 *
 * Collect what the payload needs, ask the repositories who delivers it, decide. Editor, command
 * line, publication and depot all come here: a finding has one birthplace. Throws only what `signal`
 * gives as its reason.
 */
export async function check(
  manifest: Manifest,
  world: World,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  return (await analyse(manifest, world, signal)).findings;
}

/** As `check`, with the verdict on every single need, for hovers and `why`. */
export async function analyse(manifest: Manifest, world: World, signal: AbortSignal): Promise<Analysis> {
  const subject = manifest.fragment ? withoutPackage(manifest) : manifest;
  const collected = await collect(subject, world, signal);
  const universe = await gather(subject, questionsOf(subject, collected), world, signal);
  const versions = await symbolVersions(subject, collected, universe, world, signal);
  signal.throwIfAborted();
  return decide(subject, collected, universe, versions, world);
}

/** What the repositories are asked: who delivers what the payload needs, and what is declared on files. */
function questionsOf({ fileDependencies }: Manifest, { needs, provides }: Collected): Questions {
  const lists = new Set<readonly Need[]>();
  const directories = new Set<readonly Need[]>();
  for (const { need } of needs) (need.explicit ? directories : lists).add(need.anyOf);
  for (const { anyOf } of fileDependencies) lists.add(anyOf);
  const explicit = new Set([...directories].flat());
  if (explicit.size > 0)
    for (const list of lists) for (const one of directoriesIn(list)) explicit.delete(one);
  return { lists: [...lists, ...directories], explicit, provides };
}

/** The directories among the candidates of a list; lists are shared by many manifests, and few have any. */
function directoriesIn(list: readonly Need[]): readonly Need[] {
  let found = directoriesOf.get(list);
  if (!found) {
    found = list.filter(one => kindOf(one) === 'dir');
    directoriesOf.set(list, found);
  }
  return found;
}

const directoriesOf = new WeakMap<readonly Need[], readonly Need[]>();

/** A world in which only the manifest's own text can be judged, for when nothing else can be asked. */
export function textOnly(world: World): World {
  const { areas } = world.payloads;
  return {
    ...world,
    payloads: { built: false, areas, find: () => undefined },
    repositories: [],
    policy: { ...world.policy, closed: false },
  };
}

/** A fragment is a part of some package: its text can be judged, its closure cannot. */
function withoutPackage(manifest: Manifest): Manifest {
  return { ...manifest, files: [], others: [], deliveries: [], dependencies: [], fileDependencies: [] };
}
