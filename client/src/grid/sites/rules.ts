import type { CommandLists } from '../model.ts';
import type { ValueIssue } from './issue.ts';
import type { ValidSite } from './site-schema.ts';

/** Back ends that Packwright has, and names that are kept for those to come. */
const BUILT_IN = ['local', 'slurm'];
const RESERVED = [...BUILT_IN, 'arc', 'gridengine'];

/** Why a back end of the file's own cannot have this name. */
export function backendNameIssue(name: string): ValueIssue | undefined {
  if (!RESERVED.includes(name)) return undefined;
  return {
    path: ['backends', name],
    key: true,
    message: `The name "${name}" belongs to a back end of Packwright’s own`,
    remedy: `choose another one, such as "my-${name}", here and at the sites`,
  };
}

/** Command lists by name; `undefined` for those that are broken. */
export type Backends = ReadonlyMap<string, CommandLists | undefined>;

/** What is wrong with a site whose values are good one by one; paths begin at the site. */
export function siteIssues(
  site: ValidSite,
  own: ReadonlySet<string>,
  backends: Backends,
): readonly ValueIssue[] {
  return [backendIssue(site, backends), ...placeIssues(site), ...choiceIssues(site, own)].filter(
    issue => issue !== undefined,
  );
}

function backendIssue({ backend = 'local', queue }: ValidSite, backends: Backends): ValueIssue | undefined {
  if (BUILT_IN.includes(backend)) return undefined;
  const path = ['backend'];
  const commands = backends.get(backend);
  if (commands !== undefined) {
    const asks = [commands.submit, commands.poll, commands.find ?? []].some(list => list.includes('{queue}'));
    if (!asks || queue !== undefined) return undefined;
    return { path: ['queue'], message: `The back end "${backend}" wants a queue`, remedy: 'add "queue:"' };
  }
  if (backends.has(backend))
    return { path, message: `The back end "${backend}" is wrong`, remedy: 'mend it below "backends"' };
  const known = [...BUILT_IN, ...backends.keys()].join(', ');
  return {
    path,
    message: `There is no back end "${backend}"`,
    remedy: `write one of ${known}, or describe it below "backends"`,
  };
}

function placeIssues({ area, prefix }: ValidSite): readonly (ValueIssue | undefined)[] {
  return [
    area !== undefined && area === prefix
      ? {
          path: ['prefix'],
          message: 'pkgsrc cannot live in the area itself: the lock and its like stand there',
          remedy: `write a directory below, such as ${area}/pkg`,
        }
      : undefined,
  ];
}

function choiceIssues(
  { backend, kit, bootstrap, slurm }: ValidSite,
  own: ReadonlySet<string>,
): readonly (ValueIssue | undefined)[] {
  return [
    kit !== undefined && bootstrap !== undefined
      ? {
          path: [own.has('bootstrap') ? 'bootstrap' : 'kit'],
          message: 'Both "kit" and "bootstrap" say where pkgsrc comes from',
          remedy: 'take one out; a key without a value takes the default away',
        }
      : undefined,
    slurm !== undefined && own.has('slurm') && backend !== 'slurm'
      ? {
          path: ['slurm'],
          message: 'The site has values for Slurm and another back end',
          remedy: 'write "backend: slurm", or take "slurm" out',
        }
      : undefined,
  ];
}
