import type { Delivery, InputFault } from '../../core/model.ts';
import type { PublisherSource } from '../index-builder.ts';

/**
 * Where an indexed repository gets its packages from: a directory, an archive, an installed image, a depot.
 * Making it touches nothing.
 */
export interface RepositoryOrigin {
  /** What one index is kept for: the real path, or the address. */
  readonly key: string;
  /** What a user would open or correct, for faults. */
  readonly place: string;
  /**
   * The publishers in search order, as of now; a fault when nothing can be had, not even an old copy. Called whenever
   * the repository is looked at again: costs little when nothing changed, and the stamps then are the same.
   */
  sources(signal: AbortSignal): Promise<readonly PublisherSource[] | InputFault>;
  /** Whether a file that changed belongs to it. */
  belongs(path: string): boolean;
  /** Something to know that is no fault: how old the copy is that is used. */
  readonly note?: string | undefined;
  /** As `Repository.content`. */
  content?(delivery: Delivery, signal: AbortSignal): Promise<Uint8Array | undefined>;
  dispose?(): void;
}
