import { machine } from 'node:os';
import {
  bootstrapPackages,
  type KitPlace,
  type PackageEntry,
  packageName,
  type Recipe,
} from '../../support/pkgsrc/index.ts';
import { capture } from './captures.ts';

/** The packages of the recordings, with the metadata that was recorded and files of the same names. */
export interface LabPackages {
  readonly bootstrap: readonly Recipe[];
  /** The first repository, in which libgreet and greet are 1.0. */
  readonly first: readonly Recipe[];
  /** The second: the same packages, and libgreet and greet 1.1. */
  readonly second: readonly Recipe[];
}

/** Account and group of vosm, who built the packages. */
export const builder = { uid: 61_001, gid: 61_001 };

export function labPackages(place: KitPlace): LabPackages {
  const recorded = recordedMetadata();
  const { prefix } = place;
  const complete = (recipe: Recipe): Recipe => ({
    ...recipe,
    ...recorded.get(packageName(recipe)),
    owner: builder,
  });
  const bootstrap = bootstrapPackages(place).map(recipe =>
    complete(recipe.name === 'pkg_install' ? { ...recipe, display: installNotice(prefix) } : recipe),
  );
  const common = [...bootstrap, ...[...tools, ...labPackagesOf(prefix)].map(complete)];
  const [libgreet, greet] = [libgreetOf('1.0'), greetOf('1.0', prefix)].map(complete);
  if (!libgreet || !greet) throw new Error('no packages');
  const first = [...common, libgreet, greet];
  return {
    bootstrap,
    first,
    second: [...first, complete(libgreetOf('1.1')), complete(greetOf('1.1', prefix))],
  };
}

function script(path: string, content = `#!/bin/sh\n# ${path}\n`): PackageEntry {
  return { path, content, mode: 0o755 };
}

function data(path: string, content = `${path}\n`): PackageEntry {
  return { path, content };
}

/** Tools of pkgsrc's category pkgtools, for which only names and numbers of files matter. */
const tools: readonly Recipe[] = [
  { name: 'shlock', version: '20080529', entries: [script('bin/shlock'), data('man/man1/shlock.1')] },
  ...['greet-scripts-ok-1.0', 'netpgpverify-20160828', 'pkg_chk-2.0.8'].map(whole => {
    const [name = '', version = ''] = whole.split(/-(?=[0-9][^-]*$)/);
    return { name, version };
  }),
  { name: 'pkg_leaves', version: '1.2', entries: [script('bin/pkg_leaves')] },
  { name: 'pkgfind', version: '20111022', entries: [script('bin/pkgfind'), data('man/man1/pkgfind.1')] },
  { name: 'digest', version: '20160304', entries: [script('bin/digest'), data('man/man1/digest.1')] },
  {
    name: 'pkg_tarup',
    version: '1.9.1',
    entries: [script('bin/pkg_tarup'), script('bin/pkg_tarup_all'), data('man/man1/pkg_tarup.1')],
  },
  {
    name: 'pkg_alternatives',
    version: '1.6',
    entries: [
      ...[script('sbin/pkg_alternatives'), data('man/man8/pkg_alternatives.8')],
      ...['filter.conf', 'a', 'b'].map(name => data(`share/examples/pkg_alternatives/${name}`)),
    ],
  },
  {
    name: 'cpuflags',
    version: '1.43',
    entries: [
      ...[script('bin/cpuflags'), data('man/man1/cpuflags.1')],
      ...Array.from({ length: 9 }, (_, at) => data(`share/cpuflags/${at}`)),
    ],
  },
];

function labPackagesOf(prefix: string): readonly Recipe[] {
  return [
    minilangOf('1.2'),
    { name: 'greet-nodep', version: '1.0', entries: [greeting('greet-nodep', prefix)] },
    {
      name: 'ungreet',
      version: '1.0',
      conflicts: ['greet-[0-9]*'],
      entries: [script('bin/ungreet')],
    },
    {
      name: 'greetclash',
      version: '1.0',
      entries: [script('bin/greet'), data('share/greetclash/data')],
    },
    {
      name: 'slowpkg',
      version: '1.0',
      comment: 'Slow to install',
      depends: ['minilang>=1.0'],
      entries: [
        { path: 'share/slowpkg/one', content: 'one\n', mode: 0o664 },
        { command: 'exec sleep 5' },
        { path: 'share/slowpkg/three', content: Buffer.alloc(8 << 20, 'three'), mode: 0o664 },
        { path: 'share/slowpkg/two', content: 'two\n', mode: 0o664 },
      ],
    },
    {
      name: 'slowtool',
      version: '1.0',
      entries: [script('bin/slowtool'), { command: 'exec sleep 5' }, script('bin/slowtool2')],
    },
    plistdemo(prefix),
  ];
}

/** minilang of a version. */
export function minilangOf(version: string): Recipe {
  return { name: 'minilang', version, entries: [script('bin/minilang')] };
}

/** libgreet of a version. */
export function libgreetOf(version: string): Recipe {
  return {
    name: 'libgreet',
    version,
    comment: 'Greeting library',
    entries: [
      data('include/greet.h'),
      { path: 'lib/libgreet.so', link: 'libgreet.so.1.0' },
      { path: 'lib/libgreet.so.1', link: 'libgreet.so.1.0' },
      data('lib/libgreet.so.1.0', `libgreet ${version}\n`),
    ],
  };
}

/** greet of a version. */
export function greetOf(version: string, prefix: string): Recipe {
  return {
    name: 'greet',
    version,
    comment: 'Greeting program',
    depends: [`libgreet>=${version}`],
    builtWith: [`libgreet-${version}`],
    sizeWithDependencies: 29_642,
    entries: [greeting('greet', prefix)],
  };
}

/** A program that says what a dynamic linker says when libgreet is away; long enough to be cut in a package file. */
function greeting(name: string, prefix: string): PackageEntry {
  const noise = Array.from({ length: 700 }, (_, at) => ((at * 7_919_317) % 1_000_003).toString(36)).join('');
  return script(
    `bin/${name}`,
    `#!/bin/sh
[ -f ${prefix}/lib/libgreet.so.1 ] && exec echo hello
echo "$0: error while loading shared libraries: libgreet.so.1: cannot open shared object file: No such file or directory" >&2
exit 127
# ${noise}
`,
  );
}

/** A package with a configuration file, which its scripts copy, and commands in its list. */
function plistdemo(prefix: string): Recipe {
  const example = `${prefix}/share/examples/plistdemo/plistdemo.conf`;
  const file = `${prefix}/etc/plistdemo.conf`;
  const rule = '='.repeat(75);
  return {
    name: 'plistdemo',
    version: '1.0nb3',
    install: `#!/bin/sh
[ "$2" = POST-INSTALL ] || exit 0
[ -f ${file} ] || { echo "$1: copying ${example} to ${file}"; cp ${example} ${file}; }
exit 0
`,
    deinstall: `#!/bin/sh
[ "$2" = DEINSTALL ] && cmp -s ${example} ${file} && rm ${file}
[ "$2" = POST-DEINSTALL ] && [ -f ${file} ] && cat <<EOF
${rule}
The following files are no longer being used by $1,
and they can be removed if no other packages are using them:

	${file}

${rule}
EOF
exit 0
`,
    entries: [
      script('bin/plistdemo-1.0'),
      data('man/man1/plistdemo.1'),
      data('share/doc/plistdemo/README'),
      data('share/examples/plistdemo/plistdemo.conf'),
      { command: 'pkgdir share/plistdemo/empty' },
      { command: 'exec echo exec-F-%F-D-%D-B-%B-f-%f' },
      { command: 'unexec echo unexec-F-%F-D-%D-B-%B-f-%f' },
    ],
  };
}

/** What adding pkg_install shows, from the recording of `pkg_info -D`. */
function installNotice(prefix: string): string {
  const [, notice = ''] = capture('pkg_info-D').stdout.split(
    /^Install notice:\n|\n\*\*\* PACKAGE MAY NOT[^\n]*\n\n\n$/m,
  );
  return notice.replaceAll('/vo/atlas/pkg', prefix);
}

/** Comments, descriptions, sizes and +BUILD_INFO of the packages in two recordings of `pkg_info -X`. */
function recordedMetadata(): ReadonlyMap<string, Partial<Recipe>> {
  const blocks = ['pkg_info-X-repo-summary', 'pkg_info-X-a'].flatMap(name =>
    capture(name).stdout.split('\n\n'),
  );
  return new Map(blocks.map(block => [/^PKGNAME=(.*)$/m.exec(block)?.[1] ?? '', recipeOf(block)]));
}

const notInfo = new Set([
  'PKGNAME',
  'DEPENDS',
  'CONFLICTS',
  'COMMENT',
  'SIZE_PKG',
  'FILE_NAME',
  'FILE_SIZE',
  'DESCRIPTION',
]);

function recipeOf(block: string): Partial<Recipe> {
  const info: Record<string, readonly string[]> = {};
  const values = (name: string) =>
    block.split('\n').flatMap(line => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
  for (const line of block.split('\n')) {
    const name = line.split('=')[0] ?? '';
    if (!notInfo.has(name)) info[name] = values(name);
  }
  return {
    comment: values('COMMENT').join('\n'),
    description: values('DESCRIPTION')
      .map(line => `${line}\n`)
      .join(''),
    size: Number(values('SIZE_PKG')[0]),
    ...(values('DEPENDS').length > 0 ? { depends: values('DEPENDS') } : {}),
    ...(values('CONFLICTS').length > 0 ? { conflicts: values('CONFLICTS') } : {}),
    info: { ...info, MACHINE_ARCH: machine() },
  };
}
