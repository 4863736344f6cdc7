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
    policy: policy(),
    catchers: catcherSwitches(),
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
        .refine(uri => !/^[a-z][a-z0-9+.-]+:/i.test(uri) || /^file:/i.test(uri), {
          error: 'Only directories and file:// addresses can be read; give the path of the repository',
        })
        .describe('Directory of a file repository, relative to this file, or a file:// address.')
        .meta({ examples: ['./repo', 'file:///srv/repo'] }),
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
    .describe('Switches the finders of implicit dependencies on and off. All are on by default.')
    .meta({ examples: [{ elf: 'off' }] });
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
        .describe('Glob of the installed path of the payload, or of the manifest relative to this file.')
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
