import { rulesOf } from '../../server/src/core/dialects.ts';
import { type BenchRow, median } from './bench-row.ts';
import { bigManifest } from './big-manifest.ts';

const AIM = 30;

/** (c) How fast a manifest of 2 MB is parsed. */
export function parsing(): readonly BenchRow[] {
  let actions = 30_000;
  while (bigManifest(actions).text.length < 2_000_000) actions += 1000;
  const { text } = bigManifest(actions);
  const read = () => rulesOf('ips').read(text, { path: '/bench/big.p5m', macros: {} });
  const times: number[] = [];
  for (let run = 0; run < 25; run++) {
    const begun = performance.now();
    const { faults } = read();
    if (run >= 5) times.push(performance.now() - begun);
    if (faults.length > 0) throw new Error(`the generated manifest is at fault: ${faults[0]?.message}`);
  }
  const split: number[] = [];
  for (let run = 0; run < 10; run++) {
    const begun = performance.now();
    if (text.split(/[\n\s=]+/).length === 0) throw new Error('nothing was split');
    split.push(performance.now() - begun);
  }
  const rate = text.length / 1e6 / (median(times) / 1000);
  return [
    {
      what: '(c) parsing a manifest of 2 MB',
      measured: `${rate.toFixed(0)} MB/s`,
      beside: `${(median(times) / median(split)).toFixed(1)} x splitting it at blanks with a regular expression`,
      aim: `${AIM} MB/s`,
      met: rate >= AIM,
    },
  ];
}
