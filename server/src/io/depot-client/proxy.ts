/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy, and what it wants to know of the user. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** Value of `Proxy-Authorization`. */
  readonly authorization?: string;
}

/**
 * The proxy of an address: `http_proxy` or `https_proxy`, else `all_proxy`, unless `no_proxy` names the host. Of each also
 * the name in capitals counts. `undefined`: none; a string says what is wrong with the variable.
 */
export function proxyFor(url: URL, environment: Environment): HttpProxy | string | undefined {
  if (isExempt(url, variable(environment, 'no_proxy'))) return undefined;
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const value = variable(environment, name) || variable(environment, 'all_proxy');
  if (!value) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  if (!URL.canParse(text)) return `the environment variable ${name} holds no valid address`;
  const proxy = new URL(text);
  if (proxy.protocol !== 'http:') {
    return `the environment variable ${name} names a ${proxy.protocol}// proxy, and only http:// ones are spoken to`;
  }
  const user = decoded(`${proxy.username}:${proxy.password}`);
  return {
    host: bare(proxy.hostname),
    port: Number(proxy.port || 80),
    ...(user !== ':' && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
  };
}

/** What a user name or password stands for; one with a stray percent sign stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Host name without the brackets of IPv6. */
export function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function variable(environment: Environment, name: string): string {
  return (environment[name] ?? environment[name.toUpperCase()] ?? '').trim();
}

function isExempt(url: URL, list: string): boolean {
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter(entry => entry !== '')
    .some(entry => covers(entry.toLowerCase(), host, port));
}

/** 4, 6, or 0 for what is no address. */
function isIP(host: string): number {
  return process.getBuiltinModule('node:net').isIP(host);
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inNetwork(entry, host);
  const [, name = entry, only] =
    /^(.*?)(?::(\d+))?$/.exec(isIP(bare(entry)) === 6 ? `${bare(entry)}` : entry) ?? [];
  if (only !== undefined && isIP(entry) !== 6 && only !== port) return false;
  const wanted = isIP(bare(entry)) ? bare(entry) : name.replace(/^\*?\./, '');
  return host === wanted || (!isIP(host) && host.endsWith(`.${wanted}`));
}

function inNetwork(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const kind = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const length = Number(bits);
  if (!isIP(network) || isIP(host) !== isIP(network)) return false;
  if (!/^\d{1,3}$/.test(bits) || length > (kind === 'ipv6' ? 128 : 32)) return false;
  const block = new (process.getBuiltinModule('node:net').BlockList)();
  block.addSubnet(network, length, kind);
  return block.check(host, kind);
}
