/**
 * Looks at the sites report as a reader's browser shows it: an accessibility engine finds nothing to say, the page's
 * policy lets its style through and nothing else, and screenshots of 3, 30 and 1,000 sites go to `out-test/shots`.
 */
import { installChromium } from '../host/parts.ts';
import { finish, notRun, runSuites } from '../host/suite-program.ts';
import { reportSuite } from './report-suite.ts';

async function main(): Promise<void> {
  const chromium = installChromium();
  if ('missing' in chromium) return notRun('report', chromium.missing);
  finish(await runSuites(() => reportSuite(chromium.path)));
}

main().catch(error => {
  console.error(error);
  finish({ passes: 0, failures: 1 });
});
