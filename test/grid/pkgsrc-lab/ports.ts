import type { KitPlace, Port } from '../../support/pkgsrc/index.ts';
import { greetOf, libgreetOf, minilangOf } from './packages.ts';

/** The source packages of the recordings of bmake, with the steps that were recorded. */
export function ports({ prefix }: KitPlace): readonly Port[] {
  const files = '${TREE}/vo/libgreet/files';
  const install = `-o \${OWNER} -g \${OWNER}`;
  const destination = '${WRKDIR}/.destdir${PREFIX}';
  return [
    {
      path: 'vo/libgreet',
      variables: {
        DISTNAME: 'libgreet-${GREET_VERSION}',
        LICENSE: '2-clause-bsd',
        'GREET_VERSION?': '1.0',
      },
      packages: [libgreetOf('1.0'), libgreetOf('1.1')],
      steps: {
        extract: `/bin/cp ${files}/greet.c ${files}/greet.h \${WRKDIR}\n`,
        build:
          'cd ${WRKDIR} && cc  -O2 -fcommon  -fPIC -shared -Wl,-soname,libgreet.so.1 -o libgreet.so.1.0 greet.c\n',
        install: `/bin/install -c ${install} -m 644 \${WRKDIR}/greet.h ${destination}/include
/bin/install -c ${install} -m 755 \${WRKDIR}/libgreet.so.1.0 ${destination}/lib
/bin/ln -s libgreet.so.1.0 ${destination}/lib/libgreet.so.1
/bin/ln -s libgreet.so.1.0 ${destination}/lib/libgreet.so
`,
      },
    },
    {
      path: 'vo/greet',
      variables: {
        DISTNAME: 'greet-1.0',
        LICENSE: '2-clause-bsd',
        PKGVERSION: '1.0',
        DEPENDS: '${NOTHING}  libgreet>=1.0:../../vo/libgreet  libgreet>=1.0:../../vo/libgreet',
        BUILDLINK_TREE: 'libgreet -libgreet',
        'BUILDLINK_API_DEPENDS.libgreet': 'libgreet>=1.0',
        'BUILDLINK_ABI_DEPENDS.libgreet': 'libgreet>=1.0',
        'BUILDLINK_DEPMETHOD.libgreet': 'full',
        PKGMANDIR: 'man',
        OPSYS: 'Linux',
      },
      packages: [greetOf('1.0', prefix)],
    },
    {
      path: 'vo/minilang',
      variables: { DISTNAME: 'minilang-1.2' },
      packages: [minilangOf('1.2'), minilangOf('1.2nb1')],
      steps: {
        extract: '/bin/cp ${TREE}/vo/minilang/files/minilang.c ${WRKDIR}\n',
        build: 'cd ${WRKDIR} && cc  -O2 -fcommon  -o minilang minilang.c\n',
        install: `/bin/install -c -s ${install} -m 755 \${WRKDIR}/minilang ${destination}/bin\n`,
      },
    },
  ];
}
