import { createHash } from 'node:crypto';
import type { Target } from './targets.ts';

/** What is sent for an address. */
export interface Document {
  readonly status: 200 | 503;
  readonly format: 'html' | 'json' | 'text';
  readonly body: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the body, base64url. */
  readonly digest: string;
  /** As long as the stamp of a target is the same, the document is; absent: it is made anew each time. */
  readonly stamp?: string;
}

/** What is known for an address. */
export type Found =
  | { readonly kind: 'document'; readonly document: Document }
  /** The one that the asker has. */
  | { readonly kind: 'same' }
  | { readonly kind: 'none' }
  /** For now nothing can be said; the service's own log tells why. */
  | { readonly kind: 'failed' };

/** Asked for the document of a target; `stamp` is that of the one that the asker has. Never rejects. */
export type Ask = (target: Target, stamp?: string) => Promise<Found>;

/** Makes a document of a text. */
export function documentOf(
  text: string,
  format: Document['format'],
  stamp?: string,
  status: Document['status'] = 200,
): Document {
  const body = new TextEncoder().encode(text);
  const digest = createHash('sha256').update(body).digest('base64url');
  return { status, format, body, digest, ...(stamp === undefined ? {} : { stamp }) };
}
