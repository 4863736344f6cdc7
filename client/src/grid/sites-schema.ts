import { z } from 'zod';
import { defaultsSchema, writtenSite } from './sites/site-schema.ts';
import { address, argumentList, duration, line, said, sha256, shortName } from './sites/values.ts';

/** Placeholders of `CommandLists`, by command. */
const IN_SUBMIT = ['script', 'id', 'name', 'output', 'error', 'directory', 'minutes', 'queue'];

/** One entry of `backends`. */
export const backendSchema = z
  .strictObject({
    submit: argumentList(IN_SUBMIT)
      .describe(
        'Submits `{script}`. `{id}`, `{name}`, `{output}`, `{error}`, `{directory}`, `{minutes}` and ' +
          '`{queue}` are arguments too. The last line that it prints is the ticket, or what `ticket` captures.',
      )
      .meta({ examples: [['qsub', '-N', '{name}', '-o', '{output}', '-e', '{error}', '{script}']] }),
    ticket: line(500)
      .refine(isExpression, {
        error: said('This is no regular expression with a group', 'write one such as "JobID = ([0-9]+)"'),
      })
      .optional()
      .describe('Regular expression whose first group is the ticket in what `submit` and `find` print.')
      .meta({ examples: ['JobID = ([0-9]+)'] }),
    poll: argumentList(['tickets', 'ticket', 'queue'])
      .describe(
        'Prints a line for each job it knows. `{tickets}` becomes all tickets, each an argument; without it ' +
          'the command runs for each `{ticket}`.',
      )
      .meta({ examples: [['qstat', '{tickets}']] }),
    states: z
      .record(line(100), z.enum(['waiting', 'running', 'ended', 'failed']))
      .describe('Words of the lines that `poll` prints, and what they mean.')
      .meta({ examples: [{ Q: 'waiting', R: 'running', C: 'ended' }] }),
    cancel: argumentList(['ticket'])
      .optional()
      .describe('Cancels `{ticket}`.')
      .meta({ examples: [['qdel', '{ticket}']] }),
    fetch: argumentList(['ticket', 'directory', 'output', 'error', 'id', 'name'])
      .optional()
      .describe(
        'Brings what a job wrote to the files `{output}` and `{error}` where the file system is not shared.',
      )
      .meta({ examples: [['sh', '-c', 'condor_transfer_data "$1"', 'fetch', '{ticket}']] }),
    find: argumentList(['id', 'name', 'queue'])
      .optional()
      .describe('Prints the ticket of the job whose id or name is given, when there is one.')
      .meta({ examples: [['sh', '-c', 'qselect -N "$1"', 'qselect', '{name}']] }),
  })
  .describe('A batch system, by the commands that it is spoken to with: argument lists, without a shell.');

/** `vulnerabilities` of a sites file. */
export const vulnerabilitiesSchema = z
  .union([
    z.literal('none'),
    z.strictObject({
      url: address()
        .describe('Address of the list; an absolute path is a file, at the site for `fetch: site`.')
        .meta({ examples: ['https://cdn.NetBSD.org/pub/NetBSD/packages/vulns/pkg-vulnerabilities.gz'] }),
      sha256: sha256()
        .optional()
        .describe('SHA-256 of the list, where it has to be one certain list.')
        .meta({ examples: ['0'.repeat(64)] }),
      fetch: z
        .enum(['submit', 'site'])
        .default('submit')
        .describe('`submit`: fetched and verified here and sent with the jobs. `site`: each job fetches it.')
        .meta({ examples: ['submit'] }),
    }),
  ])
  .describe('Where the list of known vulnerabilities comes from. Default: none, and nothing is checked.')
  .meta({
    examples: [{ url: 'https://cdn.NetBSD.org/pub/NetBSD/packages/vulns/pkg-vulnerabilities.gz' }],
  });

/** `limits` of a sites file. */
export const limitsSchema = z
  .strictObject({
    commands: count(1, 256)
      .describe('Commands that run at the same time. Default: 8.')
      .meta({ examples: [8] }),
    commandsPerHost: count(1, 64)
      .describe('Commands that run at the same time at one host. Default: 2.')
      .meta({ examples: [2] }),
    commandTime: duration('5s', '1h')
      .describe('A command is given up after this time. Default: 5m.')
      .meta({ examples: ['5m'] }),
    pollFirst: duration('1s', '1h')
      .describe('First pause between two polls of a job; pauses grow. Default: 1s.')
      .meta({ examples: ['1s'] }),
    pollLast: duration('1s', '1d')
      .describe('Longest pause between two polls, and between two attempts to reach a site. Default: 5m.')
      .meta({ examples: ['5m'] }),
  })
  .partial()
  .describe('How much is done at a time, and how long is waited.')
  .meta({ examples: [{ commands: 8, commandTime: '1m' }] });

/** `retention` of a sites file. */
export const retentionSchema = z
  .strictObject({
    days: count(1, 36_500)
      .describe('Ended jobs and reports are kept for so many days. Default: 365.')
      .meta({ examples: [365] }),
    jobsPerSite: count(1, 100_000)
      .describe('At most so many ended jobs are kept for a site. Default: 200.')
      .meta({ examples: [200] }),
  })
  .partial()
  .describe('How long history is kept. The latest report of a site is always kept.')
  .meta({ examples: [{ days: 90 }] });

/**
 * The shape of a sites file. The JSON schema that editors complete and hover from is made of it
 * (`npm run schema`), so every key has a description and an example.
 */
export const sitesSchema = z
  .strictObject({
    vo: shortName()
      .describe('Name of the virtual organisation.')
      .meta({ examples: ['atlas'] }),
    defaults: defaultsSchema.optional().meta({ examples: [{ backend: 'slurm', area: '/vo/atlas' }] }),
    backends: z
      .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/), backendSchema)
      .optional()
      .describe('Batch systems that have no back end of their own, by name.')
      .meta({
        examples: [{ pbs: { submit: ['qsub', '{script}'], poll: ['qstat', '{tickets}'], states: {} } }],
      }),
    sites: z
      .array(writtenSite)
      .describe('The sites.')
      .meta({ examples: [[{ name: 'north', host: 'headnode.example.org' }]] }),
    vulnerabilities: vulnerabilitiesSchema.optional(),
    limits: limitsSchema.optional(),
    retention: retentionSchema.optional(),
  })
  .describe('Sites of a VO for Packwright: where they are, and what ought to be installed there.')
  .meta({ title: 'sites.yaml' });

/** More sites than any VO has. */
const MOST_SITES = 10_000;

/** What has to be right for a sites file to mean anything: its keys, its VO, the keys of its defaults. */
export const outlineSchema = z.strictObject({
  ...Object.fromEntries(Object.keys(sitesSchema.shape).map(key => [key, z.unknown().optional()])),
  vo: sitesSchema.shape.vo,
  defaults: z
    .strictObject(
      Object.fromEntries(Object.keys(defaultsSchema.shape).map(key => [key, z.unknown().optional()])),
    )
    .nullish(),
  sites: z.array(z.unknown()).max(MOST_SITES, {
    error: said(`There are more than ${MOST_SITES} sites`, 'part them into several sites files'),
  }),
});

function count(least: number, most: number) {
  return z
    .int({ error: said('This is no whole number', `write ${least} to ${most}`) })
    .min(least, { error: said('This number is too small', `write ${least} to ${most}`) })
    .max(most, { error: said('This number is too big', `write ${least} to ${most}`) });
}

function isExpression(text: string): boolean {
  try {
    // An empty alternative makes it match, and the groups can be counted.
    return (new RegExp(`${text}|`).exec('')?.length ?? 0) > 1;
  } catch {
    // The only way to ask: it throws on what is none.
    return false;
  }
}
