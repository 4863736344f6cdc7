/**
 * Jobs at sites, their reports and their history, in one SQLite file that any number of processes share.
 *
 * `openStore` gives a `SiteStore`; everything else is a function of it. All of them wait while another
 * process writes, without blocking this one, and reject with a `StoreError` when the file fails them: then
 * nothing of the call was kept.
 */
export { type JobChange, requestCancel } from './store-changes.ts';
export type { SiteStore, StoreSource } from './store-database.ts';
export { type DriverRow, driverRow, troubles } from './store-driver.ts';
export { StoreError, type StoreFault } from './store-fault.ts';
export { hasten } from './store-hasten.ts';
export {
  eventsOf,
  type HistoryEntry,
  history,
  historyJson,
  type JobEventRecord,
  prune,
} from './store-history.ts';
export { endedJobs, type JobFilter, job, jobs, lastJobs, type StoredJob } from './store-jobs.ts';
export { openStore, type StoreOpening } from './store-opening.ts';
export { enqueue } from './store-queue.ts';
export {
  latestReports,
  outputOf,
  reportOf,
  reportsOf,
  type StoredReport,
} from './store-reports.ts';
export { beginRun, endRun } from './store-runs.ts';
export { keepSnapshot, type SnapshotEntry, snapshot, snapshots } from './store-snapshots.ts';
export { keepStandings, standings } from './store-standings.ts';
