import { visibleLine } from '../visible-text.ts';
import type { ValueIssue } from './issue.ts';

/** Secrets in a value of the file, or keys that ask for one. What is found is never repeated. */
export function secretIssues(value: unknown, path: readonly PropertyKey[]): readonly ValueIssue[] {
  if (typeof value === 'string') {
    const what = secretIn(value);
    return what === undefined ? [] : [issue(path, `holds ${what}`)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (secretIn(key) !== undefined) return [issue(path, 'holds a secret')];
    const inner = [...path, Array.isArray(value) ? Number(key) : key];
    return namesSecret(key)
      ? [{ ...issue(inner, 'asks for a secret'), key: true }]
      : secretIssues(item, inner);
  });
}

function issue(path: readonly PropertyKey[], what: string): ValueIssue {
  const key = visibleLine(String(path.findLast(part => typeof part === 'string') ?? 'This file'), 60);
  return {
    path,
    message: `"${key}" ${what}, and a sites file keeps none`,
    remedy:
      'take it out: the ssh agent, ~/.netrc or a proxy holds it; renew it if others could read this file',
  };
}

/** Whether a key asks for a secret: `password`, `apiKey`, `proxy_token`, … */
function namesSecret(key: string): boolean {
  return SECRET_KEY.test(key.replace(/[-_.\s]/g, ''));
}

const SECRET_KEY = /passw(?:or)?d|passphrase|token|secret|privatekey|apikey|accesskey|^pwd$|^pass$/i;

/**
 * What kind of secret a value looks like; `undefined` where it looks like none. The answer never holds
 * any of the value.
 */
function secretIn(value: string): string | undefined {
  return SHAPES.find(([, shape]) => shape.test(value))?.[0];
}

const SHAPES: readonly (readonly [what: string, shape: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/],
  ['a password in an address', /[a-z][a-z0-9+.-]{0,20}:\/\/[^/?#\s@]*:[^/?#\s]*@/i],
  ['a password in front of a host', /^[^\s/@:]{1,256}:[^\s/@]{1,256}@[^\s/@:]+$/],
  ['an access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a bearer token', /\bbearer\s{1,9}[A-Za-z0-9._~+/-]{12,}/i],
  ['a password', /\bauthorization:\s{0,9}basic\s{1,9}[A-Za-z0-9+/=]{8,}/i],
  ['a token', /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,})/],
  ['a token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./],
  [
    'a secret as NAME=VALUE',
    /(?:^|[\s?&;,"'_-])(?:password|passwd|passphrase|token|secret|api[-_]?key|access[-_]?key|signature|sig)=[^\s$"'{/]/i,
  ],
];
