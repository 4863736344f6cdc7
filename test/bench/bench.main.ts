import { type BenchRow, printTable } from './bench-row.ts';
import { coldScan } from './cold-scan.ts';
import { indexOpening } from './index-opening.ts';
import { keystroke } from './keystroke.ts';
import { largeIndex, OPEN, openLargeIndex } from './large-index.ts';
import { manyPackages } from './many-packages.ts';
import { parsing } from './parsing.ts';
import { peers } from './peers.ts';
import { sites } from './sites.ts';
import { sitesPage } from './sites-page.ts';
import { startUp } from './start-up.ts';

/*
 * npm run bench [a b … j]: measures what the project promises, with what it is measured against in the same
 * run, because a shared machine makes absolute times worth little.
 */
const parts: Readonly<Record<string, () => Promise<readonly BenchRow[]> | readonly BenchRow[]>> = {
  a: keystroke,
  b: coldScan,
  c: parsing,
  d: indexOpening,
  e: startUp,
  f: sites,
  g: sitesPage,
  h: largeIndex,
  i: peers,
  j: manyPackages,
};

const [first, root = '', ...rest] = process.argv.slice(2);
void (first === OPEN ? openLargeIndex(root, rest) : bench(process.argv.slice(2)));

async function bench(asked: readonly string[]): Promise<void> {
  const rows: BenchRow[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    process.stderr.write(`measuring (${name})\n`);
    rows.push(...(await measure()));
  }
  printTable(rows);
}
