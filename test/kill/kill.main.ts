/** Kills our own program with `kill -9`, at every step and at random, and looks whether anything was lost or done twice. */
import { finish, runSuites } from '../host/suite-program.ts';
import { killSuite } from './kill-suite.ts';

void runSuites(killSuite).then(finish);
