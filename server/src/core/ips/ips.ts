import type { DialectRules } from '../dialect.ts';
import { bypass } from './bypass-edit.ts';
import { addDependencies, removeDependency, retarget } from './depend-edits.ts';
import { parseP5m } from './p5m.ts';
import { bypasses } from './pattern.ts';
import { compareVersions, meets } from './version.ts';

/** The Image Packaging System of illumos and Solaris, `pkg(7)`. */
export const ips: DialectRules = {
  name: 'ips',
  claims: path => /\.(?:p5m|mog)$/.test(path),
  read: parseP5m,
  compareVersions,
  meets,
  addDependencies,
  removeDependency,
  retarget,
  bypass,
  bypasses,
};
