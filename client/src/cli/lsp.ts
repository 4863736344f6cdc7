import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Command } from 'commander';
import { complain, type Host } from './host.ts';
import type { Exit } from './subcommands.ts';

/** `packwright lsp --stdio`: the language server, for any editor. It lies beside this program. */
export function defineLsp(command: Command, host: Host, exit: Exit): void {
  command
    .requiredOption('--stdio', 'speak over standard input and output')
    .option('--clientProcessId <ID>', 'end when this process ends')
    .action(() => {
      const server = join(__dirname, 'server.cjs');
      if (!existsSync(server)) {
        complain(host, `${server}: the language server is missing; install packwright again`);
        exit(2);
        return;
      }
      // From here on the server sees to its own surprises: it logs them to the client and stays up.
      process.removeAllListeners('uncaughtException').removeAllListeners('unhandledRejection');
      createRequire(__filename)(server);
      exit(undefined);
    });
}
