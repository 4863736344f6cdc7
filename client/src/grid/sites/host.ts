import { z } from 'zod';
import { localPath, said } from './values.ts';

/** Where `ssh` goes: a destination, or one with an ssh configuration of its own. */
export function host() {
  return z
    .union([
      destination(),
      z.strictObject({
        destination: destination()
          .describe('HOST, USER@HOST, or a name of the ssh configuration.')
          .meta({
            examples: ['grid@headnode.example.org'],
          }),
        config: localPath()
          .optional()
          .describe('File for `ssh -F`, absolute or relative to this file.')
          .meta({ examples: ['ssh/config'] }),
      }),
    ])
    .describe(
      'The ssh host where the batch system is; without it, this machine. HOST, USER@HOST, or a name of the ' +
        'ssh configuration, where port, key and jump hosts belong.',
    )
    .meta({ examples: ['grid@headnode.example.org'] });
}

/** What is refused could be read by `ssh` as an option, or by a shell as more than a name. */
function destination() {
  return z
    .string()
    .max(300)
    .refine(text => !text.startsWith('-') && !text.includes('@-'), {
      error: said('A host that begins with "-" would be an option of ssh', 'write the name of the host'),
    })
    .refine(text => text.startsWith('-') || DESTINATION.test(text), {
      error: said(
        'This is no host for ssh',
        'write HOST or USER@HOST without blanks; a port belongs into the ssh configuration',
      ),
    });
}

const DESTINATION =
  /^([A-Za-z0-9_][A-Za-z0-9_.+-]*@)?([A-Za-z0-9_][A-Za-z0-9_.-]*|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(%[\w.-]+)?)$/;
