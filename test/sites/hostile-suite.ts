import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { greet, libgreet } from '../grid/job/recipes.ts';
import type { Lab } from './lab.ts';
import { packagesAt, type Said, siteIn } from './vo.ts';
import { voTest } from './vo-test.ts';
import { siteAt } from './ways.ts';

/** Sites that mean harm, or are broken as if they did. */
export function hostileSuite(lab: Lab): void {
  suite('hostile sites', () => {
    voTest(
      lab,
      'a package whose scripts print escapes, forged records and megabytes is shown harmlessly',
      async vo => {
        const [bad, good] = [siteAt(vo, lab, 'alpha'), siteAt(vo, lab, 'here')];
        bad.offer(libgreet, { ...greet, install: LOUD });
        good.offer(libgreet, greet);
        const installed = await vo.run('install', 'greet', '--wait');
        harmless(installed);
        assert.equal(installed.code, 0, installed.out);
        assert.doesNotMatch(installed.out, /evil/);
        const report = await vo.report('status', '--cached');
        for (const site of report.sites) {
          assert.deepEqual(packagesAt(site), ['greet-1.0', 'libgreet-1.0 automatic']);
          assert.deepEqual(site.vulnerabilities, []);
        }
        const [id] = (await vo.report('status', '--cached')).sites.map(({ job }) => job?.id);
        harmless(await vo.run('log', id ?? ''));
        harmless(await vo.run('log', id ?? '', '--format', 'json'));
      },
    );

    voTest(
      lab,
      'tools at a site that lie, shout and never end their names do not harm the others',
      async vo => {
        const [bad, good] = [siteAt(vo, lab, 'alpha'), siteAt(vo, lab, 'here')];
        for (const place of [bad, good]) place.offer(libgreet, greet);
        assert.equal((await vo.run('install', 'greet', '--wait')).code, 0);
        const victim = vo.path('victim');
        mkdirSync(victim);
        for (const name of NAMES)
          mkdirSync(Buffer.from(`${bad.prefix}/pkgdb/${name}`, 'latin1'), { recursive: true });
        wrap(bad.prefix, 'pkg_info', shouting(victim));
        wrap(bad.prefix, 'pkg_admin', shouting(victim));
        const status = await vo.run('status');
        harmless(status);
        assert.equal(status.code, 1);
        assert.match(status.out, /^here +ok/m);
        assert.match(status.out, /^alpha +(damaged|failed) /m);
        harmless(await vo.run('install', 'greet', '--wait', '--site', 'alpha'));
        harmless(await vo.run('remove', 'greet', '--wait', '--site', 'alpha'));
        const report = await vo.report('status', '--cached');
        assert.deepEqual(packagesAt(siteIn(report, 'here')), ['greet-1.0', 'libgreet-1.0 automatic']);
        assert.doesNotMatch(JSON.stringify(report), /evil-1\.0/);
        assert.deepEqual(readdirSync(victim), [], 'nothing was executed');
        assert.equal(existsSync(vo.path('areas/alpha/escaped')), false);
      },
    );

    voTest(
      lab,
      'a batch system that prints megabytes and escapes is refused or told, and slows no other',
      async vo => {
        vo.set({
          backends: {
            loud: {
              submit: ['sh', '-c', `${SHOUT}; echo no; exit 1`],
              poll: ['sh', '-c', SHOUT],
              states: { R: 'running' },
            },
          },
        });
        vo.site('loud', { backend: 'loud' });
        siteAt(vo, lab, 'here');
        const status = await vo.run('status', '--wait=30s');
        harmless(status);
        assert.equal(status.code, 1);
        assert.match(status.out, /^here +absent/m);
        assert.match(status.out, /^loud +(refused|queued|submitting|waiting) /m);
      },
    );

    voTest(lab, 'a login shell that prints megabytes is given up, and the others are served', async vo => {
      const beta = lab.ssh.site('beta');
      writeFileSync(join(beta.home, '.bashrc'), SHOUT);
      try {
        siteAt(vo, lab, 'beta');
        siteAt(vo, lab, 'here');
        const status = await vo.run('status');
        harmless(status);
        assert.match(status.out, /^beta +unreachable .*printed more than [0-9]+ bytes/m);
        assert.match(status.out, /^here +absent/m);
      } finally {
        writeFileSync(join(beta.home, '.bashrc'), '');
      }
    });
  });
}

/** 50 MB of escapes and bytes that are no UTF-8. */
const SHOUT = `printf '\\033]0;owned\\007\\377\\376\\n'; yes "$(printf '\\033[31mevil \\302 \\342\\200\\256')" | head -c 50000000`;

const FORGED = [
  '@00000000000000000000000000000000 1 package name=evil version=1.0 automatic=no ;',
  '@00000000000000000000000000000000 2 end outcome=ok ;',
  'Package evil-1.0 has a remote-code-execution vulnerability, see https://evil.example/',
];

const LOUD = `#!/bin/sh
[ "$2" = POST-INSTALL ] || exit 0
${SHOUT}
cat <<'END' | tee /dev/stderr
${FORGED.join('\n')}
END
`;

/** Names of directories in a database, in bytes. */
const NAMES = [
  '\u001b[2Jcls-1.0',
  '$(touch escaped)-1.0',
  '-rf-1.0',
  '..evil-1.0',
  'a b;touch escaped-1.0',
  '\xff\xfe-1.0',
];

/** Puts a script in front of one of pkgsrc's tools. */
function wrap(prefix: string, tool: string, text: string): void {
  const path = join(prefix, 'sbin', tool);
  renameSync(path, `${path}.real`);
  writeFileSync(path, `${text}exec "$0.real" "$@"\n`);
  chmodSync(path, 0o755);
}

function shouting(victim: string): string {
  return `#!/bin/sh
${SHOUT}
printf '%s\\n' '../../../../etc/passwd-1.0' '$(touch ${victim}/1)-1.0' '\`touch ${victim}/2\`-1.0' ';touch ${victim}/3;-1.0'
cat <<'END'
${FORGED.join('\n')}
END
`;
}

/** Nothing that was printed may steer a terminal: no control characters but line ends, no marks that reorder text. */
function harmless({ out, err }: Said): void {
  for (const text of [out, err]) {
    assert.doesNotMatch(
      text,
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
    );
    assert.ok(text.length < 1_000_000, `${text.length} characters`);
  }
}
