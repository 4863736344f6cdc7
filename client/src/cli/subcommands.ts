import type { Command } from 'commander';
import { dependArguments } from './depend-arguments.ts';
import type { ExitCode, Host } from './host.ts';
import { waitArguments } from './sites/duration.ts';

/** One sub-command: a file of its own, and a line in `subcommands`. */
export interface Subcommand {
  readonly name: string;
  /** For the list in `--help`. */
  readonly summary: string;
  /** Rewrites the arguments where they mean more than the parser of options can tell. */
  readonly arrange?: (argv: readonly string[]) => readonly string[];
  /** Gives the command its arguments, options and action; loads the module that has them. */
  define(command: Command, host: Host, exit: Exit): Promise<void>;
}

/** How an action tells its exit code; `undefined`: the process lives on. */
export type Exit = (code: ExitCode | undefined) => void;

/** Every sub-command, in the order of the help. */
export const subcommands: readonly Subcommand[] = [
  {
    name: 'check',
    summary: 'check manifests against their payload',
    define: async (...given) => (await import('./check.ts')).defineCheck(...given),
  },
  {
    name: 'why',
    summary: 'tell why something is needed, and who brings it',
    define: async (...given) => (await import('./why.ts')).defineWhy(...given),
  },
  {
    name: 'explain',
    summary: 'tell what a finding means, and what to do',
    define: async (...given) => (await import('./explain.ts')).defineExplain(...given),
  },
  {
    name: 'depend',
    summary: 'generate and resolve dependencies, as pkgdepend does',
    arrange: dependArguments,
    define: async (...given) => (await import('./depend.ts')).defineDepend(...given),
  },
  {
    name: 'sites',
    summary: 'keep packages at the sites of a VO',
    arrange: waitArguments,
    define: async (...given) => (await import('./sites.ts')).defineSites(...given),
  },
  {
    name: 'lsp',
    summary: 'be a language server for an editor',
    define: async (...given) => (await import('./lsp.ts')).defineLsp(...given),
  },
  {
    name: 'doctor',
    summary: 'tell what is found, what is missing and what to do',
    define: async (...given) => (await import('./doctor.ts')).defineDoctor(...given),
  },
];
