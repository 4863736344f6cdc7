import { z } from 'zod';
import { patternFault } from '../../../../server/src/core/pkgsrc/pattern.ts';
import { host } from './host.ts';
import { maintenanceWindow } from './maintenance-schema.ts';
import {
  address,
  argumentList,
  duration,
  line,
  localPath,
  said,
  sha256,
  shortName,
  sitePath,
  size,
  systemName,
} from './values.ts';

/** Keys that a site and the defaults have in common. */
const common = {
  backend: shortName()
    .describe(
      '`local` (jobs are processes of the host itself), `slurm`, or a name below `backends`. Default: local.',
    )
    .meta({ examples: ['slurm'] }),
  host: host(),
  sshConfig: localPath()
    .describe('File for `ssh -F`, absolute or relative to this file; `config` of `host` wins.')
    .meta({ examples: ['ssh/config'] }),
  spool: sitePath()
    .describe(
      'Directory of the host for jobs and their output, seen by the worker nodes too. Default: below the home directory.',
    )
    .meta({ examples: ['/scratch/grid/packwright'] }),
  queue: systemName()
    .describe('Partition or queue of the batch system. Default: its own.')
    .meta({ examples: ['grid'] }),
  slurm: slurm(),
  area: sitePath()
    .describe('VO_SW_AREA, absolute. Default: what the variable VO_<VO>_SW_DIR holds at the site.')
    .meta({ examples: ['/vo/atlas'] }),
  prefix: sitePath()
    .describe('Where pkgsrc lives. Default: `pkg` in the area.')
    .meta({ examples: ['/vo/atlas/pkg'] }),
  group: systemName()
    .describe('Group that shares the area. Default: the group that owns it.')
    .meta({ examples: ['voatlas'] }),
  kit: download()
    .describe('Binary kit: a bootstrapped pkgsrc for exactly this prefix, fetched where pkgsrc is absent.')
    .meta({ examples: [{ url: 'https://repo.example.org/kit-el9.tar.gz', sha256: '0'.repeat(64) }] }),
  bootstrap: bootstrap(),
  repository: repository(),
  build: build(),
  packages: z
    .array(pattern())
    .max(2000)
    .describe('Patterns of the packages that ought to be installed; the status report tells which are not.')
    .meta({ examples: [['greet>=1.1', 'hello']] }),
  maintenance: z
    .array(maintenanceWindow())
    .max(100)
    .describe(
      'Times in which nothing is sent to the site: once from one time to another, or again and again.',
    )
    .meta({ examples: [[{ cron: '0 6 * * TUE', for: '4h', zone: 'Europe/Stockholm' }]] }),
  tags: z
    .array(shortName())
    .max(100)
    .describe('Words that select sites: `--tag WORD`.')
    .meta({ examples: [['tier2', 'el9']] }),
  credentials: z
    .array(credential())
    .max(20)
    .describe('What must be good before anything is sent. The ssh key or agent is always tried.')
    .meta({
      examples: [[{ name: 'proxy', check: ['voms-proxy-info', '-exists'], mend: 'voms-proxy-init' }]],
    }),
  wall: duration('1m', '30d')
    .describe('Time limit of a job. Default: 2h.')
    .meta({ examples: ['2h'] }),
  minimumFree: size()
    .describe('A job that writes refuses to start with less free space in the area. Default: 20M.')
    .meta({ examples: ['2G'] }),
  lockWait: duration('0s', '7d')
    .describe('How long a job that writes waits for another one that holds the area. Default: 5m.')
    .meta({ examples: ['5m'] }),
};

/** A site with the defaults put in: what its values are held against. */
export const siteSchema = z
  .strictObject({
    name: shortName()
      .describe('Name of the site, unique in this file.')
      .meta({ examples: ['north'] }),
    ...z.strictObject(common).partial().shape,
  })
  .describe('One site. A key without a value takes the default away.');

/** A site with the defaults put in. */
export type ValidSite = z.infer<typeof siteSchema>;

/** `defaults` of a sites file. */
export const defaultsSchema = z
  .strictObject(common)
  .partial()
  .describe('Values for all sites. A site’s own value for a key takes the place of the whole default.');

/** A site as it stands in the file: any key but `name` may be empty. */
export const writtenSite = z
  .strictObject({
    name: siteSchema.shape.name,
    ...Object.fromEntries(Object.entries(common).map(([key, shape]) => [key, emptied(shape as z.ZodType)])),
  })
  .describe('One site. A key without a value takes the default away.');

/** The shape or nothing, with the shape's description where editors look for it. */
function emptied(shape: z.ZodType): z.ZodType {
  const { description, examples } = (z.globalRegistry.get(shape) ?? {}) as {
    description?: string;
    examples?: unknown[];
  };
  return z
    .nullable(shape)
    .optional()
    .meta({ ...(description && { description }), ...(examples && { examples }) });
}

/** Options of `sbatch` that Packwright sets itself, or that would change what a job is. */
const OWN_OPTIONS = [
  'account',
  'array',
  'begin',
  'chdir',
  'clusters',
  'comment',
  'dependency',
  'error',
  'export',
  'export-file',
  'get-user-env',
  'hold',
  'input',
  'job-name',
  'output',
  'parsable',
  'partition',
  'quiet',
  'requeue',
  'test-only',
  'time',
  'wait',
  'wrap',
  'help',
  'usage',
  'version',
];

function slurm() {
  return z
    .strictObject({
      conf: sitePath()
        .describe('SLURM_CONF on the host, where it has several Slurms.')
        .meta({ examples: ['/etc/slurm-b/slurm.conf'] }),
      cluster: systemName()
        .describe('Cluster: `--clusters`. It takes an accounting database.')
        .meta({ examples: ['beta'] }),
      account: systemName()
        .describe('Account that is charged: `--account`.')
        .meta({ examples: ['vo-atlas'] }),
      options: z
        .array(slurmOption())
        .max(50)
        .describe('Further long options of sbatch, one word each.')
        .meta({ examples: [['--qos=long', '--mem=2G']] }),
    })
    .partial()
    .describe('Which Slurm of the host is meant, and how jobs are charged.')
    .meta({ examples: [{ account: 'vo-atlas', options: ['--qos=long'] }] });
}

function slurmOption() {
  return line(500)
    .regex(/^--[a-z][a-z0-9-]*(=\S+)?$/, {
      error: said('This is no long option of one word', 'write it as --qos=long'),
    })
    .refine(option => !isOwn(option.slice(2).split('=')[0] ?? ''), {
      error: said(
        'Packwright sets this option of sbatch itself',
        'take it out; queue, wall, slurm.account and slurm.cluster are keys of the site',
      ),
    });
}

/** Options may be shortened: `--arr` is `--array`. */
function isOwn(option: string): boolean {
  return option.length > 0 && OWN_OPTIONS.some(own => own.startsWith(option));
}

function download() {
  return z.strictObject({
    url: address()
      .describe('Address of the file as jobs reach it; an absolute path is a file at the site.')
      .meta({ examples: ['https://repo.example.org/kit-el9.tar.gz'] }),
    sha256: sha256()
      .describe('SHA-256 of the file, 64 hexadecimal digits.')
      .meta({ examples: ['0'.repeat(64)] }),
  });
}

function bootstrap() {
  return download()
    .extend({
      command: argumentList(['prefix', 'work'])
        .describe(
          'Run in the unpacked archive; arguments `{prefix}` and `{work}` (a scratch directory) are replaced.',
        )
        .meta({ examples: [['bootstrap/bootstrap', '--prefix', '{prefix}', '--workdir', '{work}']] }),
    })
    .describe('Source archive of pkgsrc and the command that bootstraps it, instead of `kit`.')
    .meta({
      examples: [
        {
          url: 'https://repo.example.org/pkgsrc.tar.gz',
          sha256: '0'.repeat(64),
          command: ['bootstrap/bootstrap', '--unprivileged', '--prefix', '{prefix}', '--workdir', '{work}'],
        },
      ],
    });
}

function repository() {
  return z
    .union([
      address(),
      z.strictObject({
        url: address()
          .describe('Directory of the binary packages, as jobs reach it.')
          .meta({ examples: ['https://repo.example.org/el9/All'] }),
        summary: line(2000)
          .optional()
          .describe(
            'The pkg_summary as this machine reaches it: an address, or a path relative to this file. ' +
              'Default: pkg_summary.gz (or .bz2, .xz, plain) in `url`.',
          )
          .meta({ examples: ['el9/pkg_summary.gz'] }),
      }),
    ])
    .describe('Where binary packages come from: address of their directory.')
    .meta({ examples: ['https://repo.example.org/el9/All'] });
}

function build() {
  return z
    .strictObject({
      tree: sitePath()
        .describe('The pkgsrc tree at the site.')
        .meta({ examples: ['/vo/atlas/pkgsrc'] }),
      mkConf: z
        .string()
        .max(65_536)
        .refine(text => !/[^\P{Cc}\n\t\r]/u.test(text), {
          error: said('It holds a control character', 'take it out'),
        })
        .default('')
        .describe('Fragment of mk.conf with the build options of the site.')
        .meta({ examples: ['PKG_OPTIONS.greet+= fast\nMAKE_JOBS= 4\n'] }),
    })
    .describe('Packages are built at the site, from source.')
    .meta({ examples: [{ tree: '/vo/atlas/pkgsrc', mkConf: 'PKG_OPTIONS.greet+= fast\n' }] });
}

function pattern() {
  return z.string().superRefine((text, context) => {
    const fault = patternFault(text);
    const message = said(`As a pattern of packages, ${fault}`, 'write greet, greet>=1.1 or greet-1.1');
    if (fault !== undefined) context.addIssue({ code: 'custom', message });
  });
}

function credential() {
  return z
    .strictObject({
      name: line(100)
        .describe('What it is called in messages.')
        .meta({ examples: ['VOMS proxy'] }),
      check: argumentList([])
        .describe('Run on this machine, without a shell; it succeeds where the credential is good.')
        .meta({ examples: [['voms-proxy-info', '-exists', '-valid', '2:00']] }),
      mend: line(500)
        .describe('The command that a person types to mend it.')
        .meta({ examples: ['voms-proxy-init -voms atlas'] }),
    })
    .describe('A credential, how to see that it is good, and what mends it. Nothing of it is stored.');
}
