// Runs out-test/**/*.test.cjs in this process; ends with the line `N passed, M failed`.
// `job`: only those of the script that runs at a site, which take longest; `rest`: the others.
import { globSync } from 'node:fs';
import Mocha from 'mocha';

const mocha = new Mocha({
  ui: 'tdd',
  reporter: 'dot',
  timeout: 30_000,
  forbidOnly: Boolean(process.env.CI),
  forbidPending: true,
});
const part = process.argv[2];
const ofJob = file => file.startsWith('out-test/grid/job/') || file.endsWith('/pkgsrc-double.test.cjs');
for (const file of globSync('out-test/**/*.test.cjs').sort())
  if (part === undefined || ofJob(file) === (part === 'job')) mocha.addFile(file);
const runner = mocha.run(() => {
  const { passes, failures } = runner.stats;
  process.stdout.write(`${passes} passed, ${failures} failed\n`, () => process.exit(failures > 0 ? 1 : 0));
});
