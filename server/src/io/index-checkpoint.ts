import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** A log that is larger (bytes) is carried over by another thread: it may take a second. */
const LARGE = 8 * 1024 * 1024;

/** What the thread does; it shares nothing with this one but the file. */
const PROGRAM = `
const { workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(workerData);
database.exec('PRAGMA busy_timeout = 1000; PRAGMA wal_checkpoint(PASSIVE)');
database.close();`;

/**
 * Carries the write-ahead log of an index over into its file, while readers go on. Nothing depends on it: who opens
 * the index next reads the log, and who closes it last carries it over.
 */
export async function carryOver(database: DatabaseSync, file: string): Promise<void> {
  const size = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= LARGE) {
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    return;
  }
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(PROGRAM, { eval: true, workerData: file, stderr: true, execArgv: [] });
  worker.on('error', () => undefined);
  worker.unref();
}
