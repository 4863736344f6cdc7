import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Packages that each site of the farm says it has. */
const PACKAGES = 100;

/**
 * Makes a VO of `count` sites in a directory, every second one here, the others at one small batch system of shell
 * scripts. Its jobs are not run, for it is not the job that is measured: it answers at once with what a job prints
 * that found a hundred packages. Those here are run, and find no pkgsrc.
 */
export function makeFarm(root: string, count: number): void {
  for (const name of ['areas', 'home']) mkdirSync(join(root, name), { recursive: true });
  for (const [name, text] of Object.entries(PROGRAMS)) {
    writeFileSync(join(root, name), text);
    chmodSync(join(root, name), 0o755);
  }
  writeFileSync(join(root, 'report'), report());
  const sites = Array.from({ length: count }, (_, at) => {
    const name = `site-${String(at).padStart(4, '0')}`;
    const area = join(root, 'areas', name);
    mkdirSync(area);
    chmodSync(area, 0o2775);
    return `  - {name: ${name}, backend: ${at % 2 === 0 ? 'farm' : 'local'}, area: ${area}, tags: [tier${at % 3}]}\n`;
  });
  writeFileSync(join(root, 'sites.yaml'), sitesFile(root, sites.join('')));
}

/** Called with the farm's directory first. A job is running for two seconds after its submission. */
const PROGRAMS: Readonly<Record<string, string>> = {
  bsub: `#!/bin/sh
nonce=$(sed -n 's/^nonce \\([0-9a-f]*\\)$/\\1/p' "$4")
sed "s/NONCE/$nonce/" "$1/report" >"$3"
echo "$2.farm $(date +%s)" >>"$1/jobs"
echo "$2.farm"
`,
  bstat: `#!/bin/sh
awk -v now="$(date +%s)" '{ print $1, (now - $2 < 2 ? "R" : "C") }' "$1/jobs"
`,
};

function sitesFile(root: string, sites: string): string {
  return `vo: bench
backends:
  farm:
    submit: [${root}/bsub, ${root}, '{id}', '{output}', '{script}']
    poll: [${root}/bstat, ${root}]
    states: {R: running, C: ended}
defaults: {spool: ${root}/spool, wall: 5m}
sites:
${sites}`;
}

function report(): string {
  const packages = Array.from(
    { length: PACKAGES },
    (_, at) =>
      `package name=bench-part-${String(at).padStart(3, '0')} version=${at % 7}.${at}nb1 automatic=yes`,
  );
  const records = [
    'begin version=1 id=bench verb=probe dry=no host=node-1 account=bench time=1790000000 system=Linux',
    'area path=/vo/bench source=file free=9000000 writable=yes setgid=yes groupwritable=yes group=bench',
    'lock state=free',
    'pkgsrc state=present prefix=/vo/bench/pkg database=/vo/bench/pkg/pkgdb tools=20260601',
    ...packages,
    `packages count=${PACKAGES}`,
    'vulnerabilities state=unchecked',
    'end outcome=ok seconds=3',
  ];
  return records.map((record, at) => `@NONCE ${at + 1} ${record} ;\n`).join('');
}
