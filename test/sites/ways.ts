import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';
import type { Place, SiteValues, Vo } from './vo.ts';

/** How a site of the lab is reached, by name. */
export type Way = 'here' | 'alpha' | 'north' | 'south' | 'farm' | 'beta';

/** One site for each way to reach one. */
export function everyWay(vo: Vo, lab: Lab): readonly Place[] {
  return (['here', 'alpha', 'north', 'south', 'farm'] as const).map(way => siteAt(vo, lab, way));
}

/** A site of this way; its name is the way's unless another is given. */
export function siteAt(vo: Vo, lab: Lab, way: Way, values: SiteValues = {}, name: string = way): Place {
  if (way === 'farm') vo.set({ backends: { farm: farm(vo) } });
  return vo.site(name, { ...wayTo(way, lab), ...values });
}

function wayTo(way: Way, lab: Lab): SiteValues {
  switch (way) {
    case 'here':
      return {};
    case 'alpha':
    case 'beta':
      return { host: way };
    case 'north':
      return { backend: 'slurm', host: 'alpha', slurm: { conf: lab.north.conf }, tags: ['slurm'] };
    case 'south':
      return { backend: 'slurm', slurm: { conf: lab.south.conf }, tags: ['slurm'] };
    case 'farm':
      return { backend: 'farm', queue: 'long' };
  }
}

/** A batch system made of shell scripts: its tickets are processes. */
function farm(vo: Vo) {
  const directory = vo.path('farm');
  mkdirSync(directory, { recursive: true });
  const script = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, `#!/bin/sh\n${text}`);
    chmodSync(path, 0o755);
    return path;
  };
  return {
    submit: [script('submit', SUBMIT), '{queue}', '{output}', '{error}', '{script}'],
    ticket: '^farm job ([0-9]+) is queued',
    poll: [script('poll', POLL), '{tickets}'],
    states: { R: 'running', C: 'ended' },
    cancel: [script('cancel', 'kill "$1"\n'), '{ticket}'],
  };
}

const SUBMIT = `[ "$1" = long ] || exit 1
setsid "$4" </dev/null >"$2" 2>"$3" &
echo 'Welcome to the farm.'
echo "farm job $! is queued"
`;

const POLL = `for ticket; do
  if kill -0 "$ticket" 2>/dev/null; then echo "$ticket R"; else echo "$ticket C"; fi
done
`;
