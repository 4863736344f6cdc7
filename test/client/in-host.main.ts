import { format } from 'node:util';
import Mocha from 'mocha';
import { outputMark } from '../host/output-mark.ts';
import { extensionSuite } from './extension-suite.ts';
import { sitesInHostSuite } from './sites-in-host-suite.ts';

/** Runs the in-host suite; VS Code calls it in the extension host with the extension under development. */
export function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...line: unknown[]) => console.log(outputMark + format(...line));
  const mocha = new Mocha({
    ui: 'tdd',
    color: false,
    timeout: 60_000,
    reporter: 'spec',
    forbidPending: true,
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  extensionSuite();
  sitesInHostSuite();
  return new Promise((resolve, reject) => {
    const runner = mocha.run(failures => {
      console.log(`${outputMark}${runner.stats?.passes ?? 0} passed, ${failures} failed`);
      if (failures === 0) resolve();
      else reject(new Error(`${failures} failed`));
    });
  });
}
