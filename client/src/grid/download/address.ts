import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainText } from '../plain-text.ts';

/** Where a document is: on the network, in a file of this machine, or nowhere that we go. */
export type Place =
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  /** A sentence without a full stop. */
  | { readonly kind: 'fault'; readonly reason: string };

/** Reads an address: `http:`, `https:`, `file:` or an absolute path. Addresses with a password in them are refused. */
export function placeOf(address: string): Place {
  if (isAbsolute(address)) return { kind: 'file', path: address };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url) return fault(address, 'is no address: write http:, https:, file: or an absolute path');
  if (url.username !== '' || url.password !== '')
    return {
      kind: 'fault',
      reason: `an address at ${plainText(url.host)} has an account or a password in it: secrets do not belong there`,
    };
  if (url.protocol === 'http:' || url.protocol === 'https:') return { kind: 'http', url: url.href };
  if (url.protocol !== 'file:')
    return fault(address, `cannot be read from here: ${url.protocol} is not spoken, use http: or https:`);
  try {
    return { kind: 'file', path: fileURLToPath(url) };
  } catch {
    return fault(address, 'is no file of this machine');
  }
}

/** The address of something in a directory. */
export function addressIn(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

function fault(address: string, what: string): Place {
  return { kind: 'fault', reason: `${plainText(address)} ${what}` };
}
