import { z } from 'zod';
import { catchers } from '../core/catchers/index.ts';
import { findings } from '../core/findings/index.ts';

/**
 * The shape of `packwright.yaml`. The JSON schema that editors complete and hover from is made of it
 * (`npm run schema`), so every key has a description and an example.
 */
export const settingsSchema = z
  .strictObject({
    manifests: z
      .array(glob())
      .describe('Globs of the package manifests, relative to this file. By default every .p5m file below it.')
      .meta({ examples: [['manifests/**/*.p5m']] }),
    proto: z
      .array(z.string().min(1))
      .describe(
        'Proto areas: directories with the built files, searched in order, relative to this file. ' +
          '`{manifestDir}` stands for the directory of the manifest, where every component has an area of its own.',
      )
      .meta({ examples: [['proto'], ['{manifestDir}/proto', 'proto']] }),
    macros: z
      .record(z.string().regex(/^[^\s()$]+$/), z.string())
      .describe('Values of `$(NAME)` in manifests. Quote numbers: "3.12".')
      .meta({ examples: [{ PYVER: '3.12' }] }),
    repositories: z
      .array(repository())
      .describe('IPS repositories that are asked after the workspace’s own packages, in order.')
      .meta({ examples: [[{ uri: './repo' }]] }),
    closed: z
      .boolean()
      .describe(
        'True: the repositories and the workspace are all there is, so what they lack does not exist.',
      )
      .meta({ examples: [true] }),
    offline: z
      .boolean()
      .describe('True: no depot is asked. What was read of it before counts, and its age is told.')
      .meta({ examples: [true] }),
    policy: policy(),
    catchers: catcherSwitches(),
    base: base(),
    compressed: z
      .array(compressedPlace())
      .describe(
        'Where compressed files are unpacked by a tool at run time, after the built-in list; the last match counts.',
      )
      .meta({ examples: [[{ path: 'usr/share/game/levels/**', unpack: 'tool' }]] }),
    incorporation: z
      .union([z.string().min(1), z.array(z.string().min(1))])
      .describe('Incorporations that restrict the versions of all other packages, as FMRIs.')
      .meta({ examples: ['pkg:/consolidation/userland/userland-incorporation@0.5.11'] }),
    unlocked: z
      .array(z.string().min(1))
      .describe(
        'Packages that incorporations do not restrict, because their facet.version-lock is switched off.',
      )
      .meta({ examples: [['web/browser/firefox']] }),
    publishers: z
      .array(z.string().min(1))
      .describe('Publishers in search order. Those not named follow, in the order of their repositories.')
      .meta({ examples: [['openindiana.org', 'hipster-encumbered']] }),
    plugins: z
      .array(z.string().min(1))
      .describe(
        'Catchers of your own: JavaScript modules relative to this file. Loaded only where the workspace is ' +
          'trusted, and on the command line with --allow-plugins.',
      )
      .meta({ examples: [['./tools/my-catcher.mjs']] }),
    suppress: z
      .array(suppression())
      .describe(
        'Findings that are not shown, each with the reason. One that matches nothing is itself a hint.',
      )
      .meta({ examples: [[{ code: 'undelivered', path: 'usr/lib/foo/*', reason: 'the vendor’s plug-in' }]] }),
  })
  .partial()
  .describe('Settings of a package tree for Packwright. The directory of this file is the root of the tree.')
  .meta({ title: 'packwright.yaml' });

/** Values as they stand in a settings file: every key may be absent. */
export type SettingsInFile = z.infer<typeof settingsSchema>;

function glob() {
  return z.string().min(1);
}

function repository() {
  return z
    .strictObject({
      uri: z
        .string()
        .min(1)
        .describe(
          'Directory of a repository, a .p5p archive, a .p5i file or the root of an installed image, relative to ' +
            'this file or as a file:// address; or the http(s):// address of a depot.',
        )
        .meta({ examples: ['./repo', 'file:///srv/repo', 'https://pkg.openindiana.org/hipster'] }),
      mirrors: z
        .array(z.string().min(1))
        .optional()
        .describe('Other addresses of the same packages, asked when the first does not answer.')
        .meta({ examples: [['https://mirror.example.org/hipster']] }),
      caFile: z
        .string()
        .min(1)
        .optional()
        .describe('PEM file with the certificates of one’s own authorities, relative to this file.')
        .meta({ examples: ['certs/ca.pem'] }),
    })
    .describe('One repository.');
}

function policy() {
  return z
    .strictObject({
      transitive: z
        .enum(['closure', 'direct'])
        .describe(
          'What a need is that only another package’s dependency satisfies: `closure` a hint, `direct` a warning.',
        )
        .meta({ examples: ['closure'] }),
      generated: z
        .array(catcherName())
        .describe(
          'Catchers whose needs the build declares by itself (pkgdepend): such a need only has to be deliverable.',
        )
        .meta({ examples: [['script', 'elf']] }),
    })
    .partial()
    .describe('What counts as a finding, and how much.');
}

function catcherSwitches() {
  const onOff = z.enum(['on', 'off']);
  return z
    .strictObject(Object.fromEntries(catchers.map(catcher => [catcher.name, onOff.describe(catcher.doc)])))
    .partial()
    .describe('Switches the finders of implicit dependencies on and off. All but `shell` are on by default.')
    .meta({ examples: [{ elf: 'off' }] });
}

function base() {
  const names = z.array(z.string().min(1));
  return z
    .strictObject({
      users: names.describe('Users.').meta({ examples: [['webservd']] }),
      groups: names.describe('Groups.').meta({ examples: [['webservd']] }),
    })
    .partial()
    .describe(
      'Users and groups that every system has, beside the built-in list: no package must deliver them.',
    );
}

function compressedPlace() {
  return z
    .strictObject({
      path: glob()
        .describe('Glob of installed paths.')
        .meta({ examples: ['usr/share/game/levels/**'] }),
      unpack: z
        .enum(['tool', 'off'])
        .describe('`tool`: gzip, xz, … must be there; `off`: whatever reads the files brings its own means.')
        .meta({ examples: ['tool'] }),
    })
    .describe('One place.');
}

function catcherName() {
  return z.enum(catchers.map(catcher => catcher.name));
}

function suppression() {
  return z
    .strictObject({
      code: z
        .enum(findings.map(finding => finding.code))
        .describe('Code of the finding.')
        .meta({ examples: ['undelivered'] }),
      path: glob()
        .describe(
          'Glob of the installed path of the payload, of the manifest relative to this file, or of the package of a dependency.',
        )
        .meta({ examples: ['usr/lib/foo/*'] }),
      reason: z
        .string()
        .trim()
        .min(1)
        .describe('Why the finding is not wanted; for those who read it next year.')
        .meta({ examples: ['the vendor’s plug-in'] }),
    })
    .describe('One suppression. A reason is required.');
}
