import type { ExitCode, Host } from '../host.ts';
import { runGenerate } from './generate-run.ts';
import { asksHelp, help, misused } from './usage.ts';

/** `packwright depend generate`, given what follows these words. */
export async function dependGenerate(argv: readonly string[], host: Host): Promise<ExitCode> {
  return asksHelp(argv) ? help(host) : runGenerate(argv, host, message => misused(message, host));
}
