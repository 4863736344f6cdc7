import { BlockList, isIP } from 'node:net';

/**
 * Whether a `Host` header names this service. A page elsewhere whose name was made to lead here (DNS rebinding)
 * sends its own name, so that names count only when they were given; an address counts when the connection came to it.
 */
export function isOurHost(
  header: string | undefined,
  names: ReadonlySet<string>,
  localAddress: string | undefined,
): boolean {
  const host = hostIn(header);
  if (host === undefined) return false;
  if (host === 'localhost' || names.has(host)) return true;
  return isIP(host) !== 0 && (isLoopback(host) || host === plain(localAddress ?? ''));
}

/** A host as it is compared: without the brackets of IPv6 and without a dot at its end, in small letters. */
export function plainHost(text: string): string {
  return plain(
    text
      .replace(/^\[(.*)\]$/, '$1')
      .replace(/\.$/, '')
      .toLowerCase(),
  );
}

/** Whether only this machine reaches an address. */
export function isLoopback(address: string): boolean {
  const kind = isIP(address);
  return kind !== 0 && LOOPBACK.check(address, kind === 6 ? 'ipv6' : 'ipv4');
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** RFC 9110, section 7.2: a host and, perhaps, a port. */
function hostIn(header: string | undefined): string | undefined {
  const [, host] = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::\d{1,5})?$/i.exec(header ?? '') ?? [];
  return host === undefined ? undefined : plainHost(host);
}

/** IPv4 in the clothes of IPv6, as sockets that hear both tell it. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
