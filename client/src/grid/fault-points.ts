/**
 * Named steps at which a test may kill the process: the store's and the driver's hook is called with each
 * name when the process is there. In production there is no hook.
 */
export const FAULT_POINTS = [
  'store:begun',
  'store:before-commit',
  'store:after-commit',
  'driver:elected',
  'driver:before-claim',
  'driver:after-claim',
  'driver:before-submit',
  'driver:after-submit',
  'driver:after-ticket',
  'driver:before-find',
  'driver:after-find',
  'driver:before-poll',
  'driver:after-poll',
  'driver:after-sightings',
  'driver:before-cancel',
  'driver:after-cancel',
  'driver:before-fetch',
  'driver:after-fetch',
  'driver:after-collect',
  'driver:before-purge',
  'driver:after-purge',
  'driver:resigned',
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Called at a fault point; may throw or end the process. */
export type FaultHook = (point: FaultPoint) => void;
