import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { type BenchRow, median, ms } from './bench-row.ts';

const RUNS = 15;
const AIM = 80;

/** (e) How long `packwright --version` takes, and a check of nothing, beside a Node.js that does nothing. */
export function startUp(): readonly BenchRow[] {
  const cli = resolve('out/cli.cjs');
  const contenders: readonly (readonly string[])[] = [
    ['-e', '0'],
    [cli, '--version'],
    [cli, 'check', resolve('examples/greetings/manifests/greetings.mog')],
  ];
  const times: number[][] = contenders.map(() => []);
  for (let run = 0; run < RUNS; run++) {
    for (const [at, argv] of contenders.entries()) {
      const begun = performance.now();
      spawnSync(process.execPath, argv, { stdio: 'ignore' });
      times[at]?.push(performance.now() - begun);
    }
  }
  const [node = Number.NaN, version = Number.NaN, check = Number.NaN] = times.map(median);
  return [
    {
      what: '(e) packwright --version',
      measured: ms(version),
      beside: `${(version / node).toFixed(2)} x an empty Node.js (${ms(node)})`,
      aim: `under ${AIM} ms`,
      met: version < AIM,
    },
    { what: '    check of one fragment', measured: ms(check), beside: `${(check / node).toFixed(2)} x` },
  ];
}
