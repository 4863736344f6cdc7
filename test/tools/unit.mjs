// Runs out-test/**/*.test.cjs in this process; ends with the line `N passed, M failed`.
import { globSync } from 'node:fs';
import Mocha from 'mocha';

const mocha = new Mocha({
  ui: 'tdd',
  reporter: 'dot',
  timeout: 30_000,
  forbidOnly: Boolean(process.env.CI),
  forbidPending: true,
});
for (const file of globSync('out-test/**/*.test.cjs').sort()) mocha.addFile(file);
const runner = mocha.run(() => {
  const { passes, failures } = runner.stats;
  process.stdout.write(`${passes} passed, ${failures} failed\n`, () => process.exit(failures > 0 ? 1 : 0));
});
