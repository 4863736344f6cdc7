import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A VO of one site here and one at a small batch system of shell scripts that writes down every submission, and
 * every time that two jobs of it are at work together.
 */
export class Farm {
  readonly root = mkdtempSync(join(tmpdir(), 'packwright-kill-'));

  constructor() {
    for (const [name, text] of Object.entries(PROGRAMS)) {
      writeFileSync(join(this.root, name), text);
      chmodSync(join(this.root, name), 0o755);
    }
    for (const name of ['jobs', 'area-farm', 'area-here']) mkdirSync(join(this.root, name));
    for (const name of ['area-farm', 'area-here']) chmodSync(join(this.root, name), 0o2775);
    writeFileSync(join(this.root, 'sites.yaml'), sitesFile(this.root));
  }

  /** Ids of the jobs that the batch system was given, once for each time. */
  get submitted(): readonly string[] {
    return this.#lines('submitted');
  }

  /** Jobs that began while another one was at work. */
  get overlaps(): readonly string[] {
    return this.#lines('overlaps');
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  #lines(name: string): readonly string[] {
    const path = join(this.root, name);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  }
}

/** Called with the farm's directory first. Each job has a directory there, named by its ticket. */
const PROGRAMS: Readonly<Record<string, string>> = {
  bsub: `#!/bin/sh
farm=$1 id=$2 out=$3 err=$4 script=$5
echo "$id" >>"$farm/submitted"
n=1; until mkdir "$farm/jobs/$n" 2>/dev/null; do n=$((n + 1)); done
echo "$id" >"$farm/jobs/$n/id"
( echo R >"$farm/jobs/$n/state"
  mkdir "$farm/at-work" 2>/dev/null || echo "$id" >>"$farm/overlaps"
  sh "$script" >"$out" 2>"$err"
  rmdir "$farm/at-work"
  echo C >"$farm/jobs/$n/state" ) </dev/null >/dev/null 2>&1 &
echo "$n.farm"
`,
  bstat: `#!/bin/sh
for d in "$1"/jobs/*/; do n=\${d%/}; echo "\${n##*/}.farm $(cat "$d/state")"; done
`,
  bfind: `#!/bin/sh
for d in "$1"/jobs/*/; do n=\${d%/}; [ "$(cat "$d/id")" != "$2" ] || echo "\${n##*/}.farm"; done
`,
};

function sitesFile(root: string): string {
  return `vo: kill
limits: {pollFirst: 1s, pollLast: 2s}
backends:
  farm:
    submit: [${root}/bsub, ${root}, '{id}', '{output}', '{error}', '{script}']
    poll: [${root}/bstat, ${root}]
    states: {R: running, C: ended}
    find: [${root}/bfind, ${root}, '{id}']
defaults: {spool: ${root}/spool, wall: 5m}
sites:
  - {name: farm, backend: farm, area: ${root}/area-farm}
  - {name: here, backend: local, area: ${root}/area-here}
`;
}
