import { catcherOptions } from '../../server/src/core/catcher-options.ts';
import type { Caught, Payload, PayloadCatcher } from '../../server/src/core/model.ts';
import { inflate } from '../../server/src/io/inflate.ts';

/** A payload in memory that counts what is read of it. */
export interface MemoryPayload extends Payload {
  readonly reads: readonly { readonly offset: number; readonly length: number }[];
}

/**
 * A payload of these bytes, or of this text as UTF-8. The bytes of one read are overwritten by the
 * next, as a real one may do.
 */
export function payload(
  content: Uint8Array | string,
  options: { readonly path?: string; readonly mode?: number; readonly runPath?: string } = {},
): MemoryPayload {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  const reads: { offset: number; length: number }[] = [];
  let last = new Uint8Array(0);
  return {
    path: options.path ?? 'usr/bin/x',
    mode: options.mode ?? 0o555,
    size: bytes.length,
    ...(options.runPath === undefined ? {} : { runPath: options.runPath }),
    reads,
    read(offset, length) {
      reads.push({ offset, length });
      last.fill(0xee);
      last = bytes.slice(offset, offset + length);
      return last;
    },
  };
}

/** What a catcher says of a payload; nothing when it does not claim it. */
export function caught(catcher: PayloadCatcher, file: Payload): Caught {
  const head = { path: file.path, mode: file.mode, bytes: file.read(0, 64) };
  return catcher.claims(head) ? inspected(catcher, file) : { dependencies: [], faults: [] };
}

/** What catchers are told where the settings say nothing. */
export const DEFAULT_OPTIONS = catcherOptions({ users: [], groups: [], compressed: [], inflate });

/** What a catcher says of a payload, whether or not it claims it, where the settings say nothing. */
export function inspected(catcher: PayloadCatcher, file: Payload): Caught {
  return catcher.inspect(file, DEFAULT_OPTIONS);
}
