/**
 * A double of pkgsrc for tests: tools with a real database directory, packages, repositories and kits.
 *
 * The tools (pkg_add, pkg_delete, pkg_info, pkg_admin, bmake) behave as pkg_install 20160410 does, faults included;
 * test/grid/pkgsrc-double.test.ts holds them against recorded outputs of the real ones. gcc must be there.
 *
 * - `installKit({prefix})` puts them into a prefix, with the four packages of a bootstrap registered: a site that
 *   has pkgsrc. `writeKit({prefix}, directory)` makes the tar.gz (members `./<prefix>/…`) and tells its SHA-256: a
 *   site that is to get it. The prefix is compiled in; elsewhere the tools are as useless as real ones.
 *   `version: '20180101'` makes newer tools, `database` puts the database elsewhere (`${prefix}/pkgdb`).
 * - `buildPackage(recipe, directory, prefix)` makes a package, `writeSummary(directory)` the `pkg_summary.gz` of a
 *   repository. `toolsPackage({prefix, version})` is the recipe of an upgrade of the tools.
 * - A package that takes long: an entry `{command: 'exec read go < /some/fifo'}` between two files stops pkg_add
 *   there, registered and half unpacked, until somebody writes to the fifo or kills it.
 * - `buildPort(port, tree, prefix)` makes a package directory of a source tree, for bmake.
 */
export { bootstrapPackages, installKit, toolsPackage, writeKit } from './kit.ts';
export {
  buildPackage,
  type PackageEntry,
  packageName,
  type Recipe,
  sha256,
  writeSummary,
} from './package.ts';
export { buildPort, type Port } from './port.ts';
export { checkout, databaseOf, type KitPlace } from './tools.ts';
