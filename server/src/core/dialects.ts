import type { DialectRules } from './dialect.ts';
import { ips } from './ips/ips.ts';
import type { Dialect } from './model.ts';

/** Every packaging system that is understood. Adding one is adding a folder and its line here. */
export const DIALECTS: readonly DialectRules[] = [ips];

/** The rules of a dialect. */
export function rulesOf(dialect: Dialect): DialectRules {
  return BY_NAME[dialect];
}

/** The dialect of a manifest or fragment by its path; `undefined` for every other file. */
export function dialectOf(path: string): DialectRules | undefined {
  return DIALECTS.find(rules => rules.claims(path));
}

const BY_NAME: Readonly<Record<Dialect, DialectRules>> = { ips };
