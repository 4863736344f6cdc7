import type { Command } from './command.ts';

/** *Restart Language Server*: for a server that stopped or was told something new by its surroundings. */
export const restartServer: Command = {
  id: 'packwright.restartServer',
  run: client => client.restart(),
};
