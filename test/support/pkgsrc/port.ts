import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackage, type Recipe } from './package.ts';

/** A package directory of a source tree, for the double of bmake. */
export interface Port {
  /** `category/directory`. */
  readonly path: string;
  /**
   * Of the Makefile, in pkgsrc's syntax: `{DISTNAME: 'greet-${GREET_VERSION}', 'GREET_VERSION?': '1.0'}`. A variable on
   * bmake's command line wins, then `mk.conf`; `BREAK=1` makes the build fail.
   */
  readonly variables: Readonly<Record<string, string>>;
  /** What can come out of a build: one package for each name that the variables can make. */
  readonly packages: readonly Recipe[];
  /** The command lines that the steps of a build show; without `build` nothing is built. */
  readonly steps?: { readonly extract?: string; readonly build?: string; readonly install?: string };
}

/** Writes a package directory below a tree, for a kit in a prefix. */
export function buildPort(port: Port, tree: string, prefix: string): void {
  const directory = join(tree, port.path);
  const double = join(directory, 'double');
  mkdirSync(double, { recursive: true });
  const lines = Object.entries(port.variables).map(([name, value]) => `${name}=\t${value}\n`);
  writeFileSync(join(directory, 'Makefile'), lines.join(''));
  for (const [name, text] of Object.entries(port.steps ?? {})) writeFileSync(join(double, name), text);
  for (const recipe of port.packages) buildPackage(recipe, double, prefix);
}
