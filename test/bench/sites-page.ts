import { statusHtml } from '../../client/src/report/html/status-html.ts';
import { statusSample } from '../support/status-sample.ts';
import { type BenchRow, median, ms } from './bench-row.ts';

const SITES = 1000;
const PACKAGES = 500;
const AIM = 2000;
const RUNS = 5;

/** (g) How fast the report page of a big VO is made, and how big it is. */
export function sitesPage(): readonly BenchRow[] {
  const input = statusSample(SITES, PACKAGES);
  const times: number[] = [];
  let page = '';
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    page = statusHtml(input);
    times.push(performance.now() - started);
  }
  const json = performance.now();
  JSON.stringify(input.report);
  const beside = performance.now() - json;
  const longest = Math.max(...times);
  return [
    {
      what: `(g) report page of ${SITES} sites x ${PACKAGES} packages`,
      measured: `${ms(median(times))}, at most ${ms(longest)}; ${(Buffer.byteLength(page) / 1e6).toFixed(1)} MB`,
      beside: `${(median(times) / beside).toFixed(1)} x writing the report as JSON`,
      aim: ms(AIM),
      met: longest < AIM,
    },
  ];
}
