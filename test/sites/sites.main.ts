/**
 * Sites through the built command line, with real batch systems and ssh servers on this machine: what a manager
 * sees and gets. An argument chooses tests by their titles.
 */
import { existsSync } from 'node:fs';
import { finish, notRun, runSuites } from '../host/suite-program.ts';
import { slurmMissing } from '../support/slurm.ts';
import { sshdMissing } from '../support/sshd.ts';
import { batchSuite } from './batch-suite.ts';
import { commandsSuite } from './commands-suite.ts';
import { hostileSuite } from './hostile-suite.ts';
import { Lab } from './lab.ts';
import { requestsSuite } from './requests-suite.ts';
import { sendLateJobs, timeLimitSuite } from './time-limit-suite.ts';
import { troubleSuite } from './trouble-suite.ts';
import { program } from './vo.ts';

async function main(): Promise<void> {
  const missing = missingParts();
  if (missing !== undefined) return notRun('sites', missing);
  const lab = await Lab.start();
  const late = sendLateJobs(lab);
  const suites = () => {
    requestsSuite(lab);
    batchSuite(lab);
    troubleSuite(lab);
    commandsSuite(lab);
    hostileSuite(lab);
    timeLimitSuite(late);
  };
  finish(await runSuites(suites).finally(() => lab.dispose()));
}

function missingParts(): string | undefined {
  if (!existsSync(program)) return `${program} is not built: run npm run build`;
  return sshdMissing() ?? slurmMissing();
}

main().catch(error => {
  console.error(error);
  finish({ passes: 0, failures: 1 });
});
