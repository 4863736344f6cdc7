import { resolve } from 'node:path';

/** The checkout: bundles of tests stand two directories below it, in `out-test/DIRECTORY/`. */
export const projectRoot = resolve(__dirname, '../..');

/** The private package that holds the workbench, installed on demand. */
export const hostDirectory = resolve(projectRoot, 'test/host');
