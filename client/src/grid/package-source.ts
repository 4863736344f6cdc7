import { readSummary } from '../../../server/src/core/pkgsrc/summary.ts';
import { indexSummary, type SummaryIndex } from '../../../server/src/core/pkgsrc/summary-index.ts';
import { addressIn } from './download/address.ts';
import {
  type DocumentMeans,
  type Fetched,
  openDocuments,
  type Reading,
  type Stale,
} from './download/documents.ts';
import { unpack } from './download/unpack.ts';
import type { PackageRepository } from './model.ts';
import { plainText } from './plain-text.ts';

/** What a repository holds, or why that is not known: a sentence without a full stop that names the remedy. */
export type PackageList =
  | {
      readonly kind: 'packages';
      readonly index: SummaryIndex;
      /** Address of the summary. */
      readonly from: string;
      /** Blocks of the summary that were left out. */
      readonly faults: readonly string[];
      readonly stale?: Stale;
    }
  | { readonly kind: 'fault'; readonly reason: string };

/** Asks a repository for its packages. Rejects only when the signal is aborted. */
export type PackageSource = (repository: PackageRepository, signal: AbortSignal) => Promise<PackageList>;

/**
 * Repositories as this machine reaches them: by `http:`, `https:`, `file:` or an absolute path; their `pkg_summary`
 * packed in any of the usual ways. What was fetched is kept in the cache directory.
 */
export function openPackageSource(means: DocumentMeans): PackageSource {
  const fetch = openDocuments(means, readPackages);
  return async (repository, signal) => {
    const misses: Exclude<Fetched<Summarized>, { readonly kind: 'document' }>[] = [];
    for (const from of addressesOf(repository)) {
      const fetched = await fetch(from, signal);
      if (fetched.kind === 'document')
        return { kind: 'packages', from, ...fetched.value, ...staleOf(fetched) };
      misses.push(fetched);
    }
    const fault = misses.find(miss => miss.kind === 'fault');
    if (fault) return { kind: 'fault', reason: fault.reason };
    return {
      kind: 'fault',
      reason: missing(
        repository,
        misses.map(miss => miss.reason),
      ),
    };
  };
}

interface Summarized {
  readonly index: SummaryIndex;
  readonly faults: readonly string[];
}

/** Those that are read fastest first. */
const NAMES = ['pkg_summary.gz', 'pkg_summary.zst', 'pkg_summary.xz', 'pkg_summary.bz2', 'pkg_summary'];

/** An address whose last part does not look like a file is a directory. */
function addressesOf({ url, summary }: PackageRepository): readonly string[] {
  if (summary !== undefined && /(?:pkg_summary[^/]*|\.(?:gz|zst|xz|bz2|txt))$/.test(summary))
    return [summary];
  return NAMES.map(name => addressIn(summary ?? url, name));
}

function staleOf({ stale }: { readonly stale?: Stale }) {
  return stale ? { stale } : {};
}

function missing({ url, summary }: PackageRepository, reasons: readonly string[]): string {
  if (reasons.length === 1)
    return `${reasons[0]}: name the address of the repository's pkg_summary in \`repository.summary\``;
  const where = plainText(summary ?? url);
  return `${where} has none of ${NAMES.join(', ')}: make one there with "pkg_info -X *.tgz | gzip -9n > pkg_summary.gz", or name its address in \`repository.summary\``;
}

async function readPackages(
  bytes: Buffer,
  maxUnpacked: number,
  signal: AbortSignal,
): Promise<Reading<Summarized>> {
  const unpacked = await unpack(bytes, maxUnpacked, signal);
  if (unpacked.kind === 'fault') return unpacked;
  const { packages, faults } = readSummary(unpacked.bytes.toString('utf8'));
  const first = faults[0];
  if (packages.length === 0 && first)
    return { kind: 'fault', reason: `is no pkg_summary: line ${first.line}: ${first.message}` };
  return {
    kind: 'value',
    value: {
      index: indexSummary({ packages }),
      faults: faults.map(({ line, message }) => `line ${line}: ${plainText(message)}`),
    },
  };
}
