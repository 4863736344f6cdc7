import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { JobOutput, SiteReport } from './model.ts';
import type { SiteStore, Sql } from './store-database.ts';
import type { StoredJob } from './store-jobs.ts';

/** What is kept of a job's output. */
export interface NewReport {
  readonly report: SiteReport;
  readonly output: JobOutput;
}

/** A report and the job that it is of. */
export interface StoredReport {
  readonly job: string;
  readonly site: string;
  /** When it was fetched, milliseconds since 1970. */
  readonly at: number;
  readonly report: SiteReport;
}

/** Untrusted text as the site sent it, cut at the limits of what is kept. */
export interface StoredOutput {
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/** Characters kept of standard output and of standard error; of more, the last. */
const MOST_KEPT = { stdout: 524_288, stderr: 131_072 };

/** No text that we kept is longer; a longer one is damage. */
const MOST_BYTES = 67_108_864;

/** The report of a job; a job that never ran has none. */
export function reportOf(store: SiteStore, job: string): Promise<StoredReport | undefined> {
  return store.read(sql => reportIn(sql, job));
}

/** As `reportOf`, within a transaction. */
export function reportIn(sql: Sql, job: string): StoredReport | undefined {
  const row = sql('SELECT * FROM report WHERE job = ?').get(job);
  return row && reportFrom(row);
}

/** For each site of a VO its newest report that was complete. */
export function latestReports(store: SiteStore, vo: string): Promise<ReadonlyMap<string, StoredReport>> {
  const text = `SELECT * FROM report WHERE rowid IN (
    SELECT (SELECT rowid FROM report WHERE vo = names.vo AND site = names.site AND complete = 1
      ORDER BY at DESC, rowid DESC LIMIT 1)
    FROM (SELECT DISTINCT vo, site FROM report WHERE vo = ?) AS names)`;
  return store.read(
    sql =>
      new Map(
        sql(text)
          .all(vo)
          .map(row => [String(row.site), reportFrom(row)]),
      ),
  );
}

/** Reports of one site, newest first, the incomplete ones too. */
export function reportsOf(
  store: SiteStore,
  vo: string,
  site: string,
  limit: number,
): Promise<readonly StoredReport[]> {
  const text = 'SELECT * FROM report WHERE vo = ? AND site = ? ORDER BY at DESC, rowid DESC LIMIT ?';
  return store.read(sql => sql(text).all(vo, site, limit).map(reportFrom));
}

/** What a job printed. */
export function outputOf(store: SiteStore, job: string): Promise<StoredOutput | undefined> {
  return store.read(sql => {
    const row = sql('SELECT * FROM output WHERE job = ?').get(job);
    if (!row) return undefined;
    return { stdout: unpacked(row.stdout), stderr: unpacked(row.stderr), truncated: row.truncated === 1 };
  });
}

/** Keeps a report and its output, within the transaction that ends the job. */
export function keepReport(sql: Sql, job: StoredJob, kept: NewReport, now: number): void {
  const { report, output } = kept;
  sql('INSERT OR REPLACE INTO report (job, vo, site, at, complete, body) VALUES (?, ?, ?, ?, ?, ?)').run(
    job.id,
    job.site.vo,
    job.site.name,
    now,
    report.complete ? 1 : 0,
    packed(JSON.stringify(report)),
  );
  const [stdout, stderr] = [output.stdout.slice(-MOST_KEPT.stdout), output.stderr.slice(-MOST_KEPT.stderr)];
  const cut = stdout.length < output.stdout.length || stderr.length < output.stderr.length;
  sql('INSERT OR REPLACE INTO output (job, stdout, stderr, truncated) VALUES (?, ?, ?, ?)').run(
    job.id,
    packed(stdout),
    packed(stderr),
    cut || output.truncated ? 1 : 0,
  );
}

function reportFrom(row: Record<string, unknown>): StoredReport {
  return {
    job: String(row.job),
    site: String(row.site),
    at: Number(row.at),
    report: JSON.parse(unpacked(row.body)),
  };
}

/** Package lists shrink to a tenth, and at the lowest level it costs next to nothing. */
function packed(text: string): Uint8Array {
  return zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
}

function unpacked(bytes: unknown): string {
  return zstdDecompressSync(bytes as Uint8Array, { maxOutputLength: MOST_BYTES }).toString('utf8');
}
