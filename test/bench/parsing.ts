import { Bench } from 'tinybench';
import { rulesOf } from '../../server/src/core/dialects.ts';
import type { BenchRow } from './bench-row.ts';
import { bigManifest } from './big-manifest.ts';

const BYTES = 2_000_000;
const AIM = 30;

/** (c) How fast a manifest of 2 MB is parsed. */
export async function parsing(): Promise<readonly BenchRow[]> {
  const text = manifestOf(BYTES);
  const { faults } = rulesOf('ips').read(text, { path: '/bench/big.p5m', macros: {} });
  if (faults.length > 0) throw new Error(`the generated manifest is at fault: ${faults[0]?.message}`);
  const bench = new Bench({ time: 1500, warmupTime: 500 })
    .add('read', () => rulesOf('ips').read(text, { path: '/bench/big.p5m', macros: {} }))
    .add('split', () => text.split(/[\n\s=]+/).length);
  await bench.run();
  const [read = Number.NaN, split = Number.NaN] = bench.tasks.map(({ result }) =>
    'latency' in result ? result.latency.p50 : Number.NaN,
  );
  const rate = text.length / 1e6 / (read / 1000);
  return [
    {
      what: '(c) parsing a manifest of 2 MB',
      measured: `${rate.toFixed(0)} MB/s`,
      beside: `${(read / split).toFixed(1)} x splitting it at blanks with a regular expression`,
      aim: `${AIM} MB/s`,
      met: rate >= AIM,
    },
  ];
}

function manifestOf(bytes: number): string {
  let actions = 25_000;
  let { text } = bigManifest(actions);
  while (text.length < bytes) {
    actions += 1000;
    ({ text } = bigManifest(actions));
  }
  return text;
}
