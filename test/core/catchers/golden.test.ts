import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { elf } from '../../../server/src/core/catchers/elf.ts';
import { script } from '../../../server/src/core/catchers/script.ts';
import { normalise } from '../../../server/src/core/paths.ts';
import { caught, payload } from '../../support/payload.ts';

const DATA = join(process.cwd(), 'test/data/ips');

/**
 * Where we differ from the original, and why. A line is `file -> candidate paths in sorted order`:
 * `+` ours alone, `-` the original's alone.
 */
const DIFFERENCES: Readonly<Record<string, { readonly why: string; readonly lines: readonly string[] }>> = {
  'bypass-generate-bad-pattern': {
    why: 'bypass values count later, when needs become findings',
    lines: ['+ usr/bin/a -> lib/64/libc.so.1 usr/lib/64/libc.so.1'],
  },
  'bypass-generate-manifest': {
    why: 'bypass values count later, when needs become findings',
    lines: ['+ usr/bin/a -> lib/64/libc.so.1 usr/lib/64/libc.so.1', '+ usr/bin/b -> usr/bin/sh'],
  },
  'elf-damaged': {
    why: 'we read program headers, so a file cut off after them still tells its needs',
    lines: ['+ usr/bin/c-no-sections -> lib/64/libc.so.1 opt/x/libc.so.1 usr/lib/64/libc.so.1'],
  },
  'elf-depend-runpath-errors': {
    why: 'a wrong pkg.depend.runpath is a fault and does not end the analysis',
    lines: [
      '+ usr/bin/a -> lib/64/liba.so.1 usr/lib/64/liba.so.1',
      '+ usr/bin/b -> opt/x/liba.so.1',
      '+ usr/bin/c -> lib/64/libc.so.1 usr/lib/64/libc.so.1',
    ],
  },
  'elf-kernel-module-runpath-abort': {
    why: 'a run path in a kernel module is a fault and does not end the analysis',
    lines: [
      '+ kernel/drv/amd64/foo -> kernel/misc/amd64/mac platform/i86pc/kernel/misc/amd64/mac platform/i86xpv/kernel/misc/amd64/mac usr/kernel/misc/amd64/mac',
      '+ usr/bin/ok -> lib/64/libc.so.1 usr/lib/64/libc.so.1',
    ],
  },
  'elf-kernel-modules': {
    why: 'the kernel looks into the directory of its platform first, whether or not -D names it',
    lines: [
      '+ kernel/drv/amd64/foo -> kernel/fs/amd64/sockfs platform/i86pc/kernel/fs/amd64/sockfs platform/i86xpv/kernel/fs/amd64/sockfs usr/kernel/fs/amd64/sockfs',
      '+ kernel/misc/amd64/mac -> kernel/amd64/genunix platform/i86pc/kernel/amd64/genunix platform/i86xpv/kernel/amd64/genunix usr/kernel/amd64/genunix',
      '+ usr/kernel/drv/foo32 -> kernel/misc/gld platform/i86pc/kernel/misc/gld platform/i86xpv/kernel/misc/gld usr/kernel/misc/gld',
      '- kernel/drv/amd64/foo -> kernel/fs/amd64/sockfs usr/kernel/fs/amd64/sockfs',
      '- kernel/misc/amd64/mac -> kernel/amd64/genunix usr/kernel/amd64/genunix',
      '- usr/kernel/drv/foo32 -> kernel/misc/gld usr/kernel/misc/gld',
    ],
  },
  'elf-needed-with-slash': {
    why: 'the linker looks for a relative name with a slash in the current directory alone, so it is a fault',
    lines: [
      '- usr/bin/a -> lib/lib/librel.so usr/lib/lib/librel.so',
      '- usr/bin/c -> lib/64/sub/libsub.so opt/c/sub/libsub.so usr/lib/64/sub/libsub.so',
    ],
  },
  'elf-no-section-headers': {
    why: 'we read program headers, as the linker does',
    lines: ['+ usr/bin/stripped -> lib/64/libc.so.1 usr/lib/64/libc.so.1'],
  },
  'elf-rpath-and-runpath': {
    why: 'a relative directory means one below the current directory, not below the root, so it is a fault',
    lines: [
      '+ usr/bin/e-rel -> lib/64/liba.so.1 usr/lib/64/liba.so.1',
      '- usr/bin/e-rel -> lib/64/liba.so.1 lib/liba.so.1 usr/lib/64/liba.so.1',
    ],
  },
  'script-empty-shebang-crash': { why: 'the original crashed', lines: ['+ usr/bin/ok -> usr/bin/sh'] },
  'script-env': {
    why: 'what env runs is needed too',
    lines: [
      '+ usr/bin/a -> opt/ooce/bin/bash sbin/bash usr/bin/bash usr/gnu/bin/bash usr/sbin/bash',
      '+ usr/bin/b -> opt/ooce/bin/bash sbin/bash usr/bin/bash usr/gnu/bin/bash usr/sbin/bash',
      '+ usr/bin/c -> opt/ooce/bin/perl sbin/perl usr/bin/perl usr/gnu/bin/perl usr/sbin/perl',
      '+ usr/bin/d -> opt/ooce/bin/sh sbin/sh usr/bin/sh usr/gnu/bin/sh usr/sbin/sh',
    ],
  },
  'script-internal': {
    why: 'links are followed later, when it is known who delivers what',
    lines: ['+ usr/bin/tool3 -> opt/dirlink/run'],
  },
  'script-latin1-crash': {
    why: 'the original crashed',
    lines: ['+ usr/bin/latin1 -> usr/bin/bäsh', '+ usr/bin/ok -> usr/bin/sh'],
  },
  'script-line-ends': {
    why: 'a NUL ends what the kernel reads of the line',
    lines: ['+ usr/bin/e-nul -> usr/bin/sh', '- usr/bin/e-nul -> usr/bin/sh\0abc'],
  },
  'skipped-suffixes': {
    why: 'both are met by the package itself, whatever their suffix',
    lines: ['- usr/bin/jsuser -> usr/lib/tool.js', '- usr/bin/user -> usr/lib/run.pl'],
  },
  'variants-undeclared': {
    why: 'the original crashed',
    lines: ['+ usr/bin/a -> usr/bin/sh', '+ usr/bin/b -> usr/bin/bash', '+ usr/bin/c -> usr/bin/env'],
  },
};

suite('catchers beside pkgdepend generate', () => {
  const cases = readdirSync(DATA).filter(name => existsSync(join(DATA, name, 'expected.generate')));
  for (const name of cases) {
    test(`${name}: ${DIFFERENCES[name]?.why ?? 'the same needs'}`, () => {
      const [ours, theirs] = [needsOf(name), expectedOf(name)];
      const differences = [
        ...ours.filter(need => !theirs.includes(need)).map(need => `+ ${need}`),
        ...theirs.filter(need => !ours.includes(need)).map(need => `- ${need}`),
      ];
      assert.deepEqual(differences.sort(), [...(DIFFERENCES[name]?.lines ?? [])].sort());
    });
  }
});

/** Needs that the package does not meet itself, hints left out. */
function needsOf(name: string): readonly string[] {
  const lines = readFileSync(join(DATA, name, 'manifest.p5m'), 'utf8').split('\n');
  const delivered = new Set(
    lines.flatMap(line => /^(?:file|link|hardlink) .*?\bpath=(\S+)/.exec(line)?.[1] ?? []),
  );
  const needs = new Set<string>();
  for (const line of lines.filter(each => each.startsWith('file '))) {
    for (const { neededBy, anyOf, confidence } of dependenciesOf(name, line)) {
      const own = anyOf.some(path => delivered.has(path));
      if (confidence !== 'hint' && !own) needs.add(`${neededBy} -> ${[...anyOf].sort().join(' ')}`);
    }
  }
  return [...needs];
}

function dependenciesOf(name: string, line: string) {
  const attribute = (key: string) => new RegExp(` ${key}=(\\S+)`).exec(line)?.[1];
  const path = attribute('path')!;
  const location = ['proto', 'proto2']
    .map(area => join(DATA, name, area, path))
    .find(each => existsSync(each));
  if (location === undefined || !statSync(location).isFile()) return [];
  const runPath = attribute('pkg\\.depend\\.runpath');
  const mode = Number.parseInt(attribute('mode') ?? '0', 8);
  const file = payload(readFileSync(location), { path, mode, ...(runPath === undefined ? {} : { runPath }) });
  return [elf, script].flatMap(catcher => caught(catcher, file).dependencies);
}

/** Needs of types `elf` and `script` in the recorded output, in our form. */
function expectedOf(name: string): readonly string[] {
  const lines = readFileSync(join(DATA, name, 'expected.generate'), 'utf8').split('\n');
  const needs = new Set<string>();
  for (const line of lines.filter(each => / pkg\.debug\.depend\.type=(?:elf|script) /.test(each))) {
    const values = (key: string) => [
      ...line.matchAll(new RegExp(` pkg\\.debug\\.depend\\.${key}=("[^"]*"|\\S+)`, 'g')),
    ];
    const texts = (key: string) => values(key).map(match => match[1]!.replaceAll('"', ''));
    const paths = texts('path').flatMap(path => texts('file').map(file => normalise(`${path}/${file}`)));
    const anyOf = [...new Set([...paths, ...texts('fullpath')])].sort();
    needs.add(`${texts('reason')[0]} -> ${anyOf.join(' ')}`);
  }
  return [...needs];
}
