import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { buildPackage, toolsPackage } from '../support/pkgsrc/index.ts';
import {
  capture,
  captureNames,
  captureText,
  comparable,
  matchRows,
  type Order,
} from './pkgsrc-lab/captures.ts';
import {
  adding,
  fourteen,
  type Replay,
  replaceable,
  replay,
  repository,
  sixteen,
} from './pkgsrc-lab/replays.ts';
import { type Lab, openLab } from './pkgsrc-lab/site.ts';

const replayed = new Set<string>();
let lab: Lab;

function replays(name: string, how: Replay = {}): void {
  replayed.add(name);
  test(name, () => replay(lab, name, how));
}

function replaysEach(names: string, order: Order = 'kept'): void {
  for (const name of names.split(' ')) replays(name, { order });
}

/** Why the tools cannot be tried here. */
function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can take the two accounts of the recordings';
  return ['gcc', 'setpriv']
    .filter(part => spawnSync(part, ['--version']).status !== 0)
    .map(part => `no ${part}`)[0];
}

const why = missing();
if (why) console.log(`not run: pkgsrc’s double: ${why}`);
else
  suite('the double of pkgsrc’s tools does as was recorded of the real ones', function () {
    this.timeout(60_000);

    suiteSetup(async () => {
      lab = await openLab();
    });

    suiteTeardown(async () => {
      await lab[Symbol.asyncDispose]();
    });

    suite('a site from its first day on', () => {
      suiteSetup(() => lab.reset());
      replays('pkg_add-01-http-dep');
      replaysEach('pkg_info-02-list pkg_info-03-a', 'lines');
      replaysEach('pkg_add-04-already pkg_add-05-notfound pkg_add-06-PKG_PATH pkg_add-07-badhost');
      replaysEach('pkg_add-08-dash-n pkg_add-08b-dash-nv pkg_add-09-verbose pkg_add-10-u-uptodate');
      replays('pkg_add-11-plain-newer');
      replaysEach('pkg_add-12-u-lib-dependents pkg_add-13-u-greet', 'lines');
      replaysEach('pkg_add-14-U-downgrade pkg_add-15-U-replace-same', 'lines');
      replaysEach('pkg_add-16-u-all-glob pkg_add-17-conflict pkg_add-18-fileclash pkg_add-19-conflict-force');
      replays('pkg_add-20-nodep-lib');
      replays('pkg_admin-27-rebuild-tree', { after: adding('libgreet') });
      replaysEach('perm-21-otheruser-info perm-22-otheruser-add perm-23-sgm2-add perm-24-sgm2-delete');
      replays('perm-25-sgm2-rebuild', { order: 'lines' });
      replays('perm-26-sgm1-after', { order: 'lines' });
      replaysEach('phantom-28-cleanup phantom-29-reinstall perm-30-gw-db perm-31-sgm2-add-ok');
      replays('interrupt-40-kill9', { order: 'lines', environment: { HOLD: 'yes' } });
      replaysEach('interrupt-41-retry interrupt-42-recover');
      replays('interrupt-43-term', { environment: { HOLD: 'yes' } });
      replays('concurrent-50', { order: 'lines', after: 'pkg_delete slowpkg 2>/dev/null' });
    });

    suite('questions about what is installed', () => {
      suiteSetup(async () => {
        await lab.reset();
        await lab.prepare(fourteen);
      });
      replaysEach(
        'pkg_info-a pkg_info-Ia pkg_info-u pkg_info-q-a pkg_info-Q-automatic pkg_info-QaPKGPATH',
        'lines',
      );
      replaysEach('pkg_info-e-multi pkg_info-N-all', 'lines');
      replays('pkg_info-X-a', { order: 'blocks' });
      replaysEach('pkg_info-V pkg_info-X pkg_info-X2 pkg_info-badopt pkg_info-t pkg_info-nomatch');
      replaysEach(
        'pkg_info-E pkg_info-E-multi pkg_info-E-no pkg_info-e pkg_info-e-alt pkg_info-e-no pkg_info-e-ver',
      );
      replaysEach('pkg_info-e-ver2 pkg_info-qe pkg_info-F pkg_info-FE-rel pkg_info-Fe pkg_info-Fe-no');
      replaysEach(
        'pkg_info-I-greet pkg_info-L pkg_info-qL pkg_info-N pkg_info-n pkg_info-p pkg_info-l-prefix',
      );
      replaysEach('pkg_info-Q pkg_info-Q2 pkg_info-Q3 pkg_info-Q-multi pkg_info-R pkg_info-qR pkg_info-r');
      replaysEach(
        'pkg_info-c pkg_info-d pkg_info-D pkg_info-f pkg_info-v-greet pkg_info-greet pkg_info-s pkg_info-S',
      );
      replaysEach('pkg_info-http pkg_info-http-dir');
      replaysEach(
        'pkg_admin-check-all pkg_admin-check-one pkg_admin-config-var pkg_admin-dump pkg_admin-findbest',
      );
      replaysEach('pkg_admin-usage');
      replaysEach('pkg_admin-lsall pkg_admin-set', 'lines');
      replays('pkg_admin-rebuild');
      replays('pkg_info-u-vs-a', {
        order: 'lines',
        after:
          'pkg_admin unset automatic "*" && find $P/var/db/pkg -user vosm ! -perm -g+w -exec chmod g+w {} + && pkg_admin rebuild-tree',
      });
      replays('pkg_info-Q-automatic2', { after: 'pkg_delete greet libgreet' });
    });

    suite('what a package file says', () => {
      suiteSetup(async () => {
        await lab.reset();
        await lab.prepare('mkdir -p /vo/atlas/packages/All');
        const names = capture('pkg_info-X-repo-summary').stdout.match(/(?<=^PKGNAME=).*/gm) ?? [];
        await lab.prepare(
          `cd /lab/www/repo1/All && cp ${names.map(name => `${name}.tgz`).join(' ')} /vo/atlas/packages/All`,
        );
      });
      replays('pkg_info-X-repo-summary');
    });

    suite('vulnerabilities', () => {
      suiteSetup(async () => {
        await lab.reset();
        await lab.prepare(fourteen);
        const url = (name: string) => `printf 'PKGVULNURL=http://127.0.0.1:8931/vulns/${name}\\n'`;
        await lab.prepare(`${url('pkg-vulnerabilities.gz')} > $P/etc/pkg_install.conf`);
        await lab.prepare(`${url('nosuch')} > $P/etc/pkg_install-404.conf`);
      });
      replays('audit-00-nofile');
      replays('audit-02-audit', { order: 'lines', after: 'pkg_admin fetch-pkg-vulnerabilities' });
      replaysEach('audit-03-audit-v audit-06-type audit-07-batch', 'lines');
      replaysEach('audit-04-audit-one audit-05-audit-pkg audit-08-history audit-09-check audit-10-fetch-u');
      replaysEach('audit-14-404 audit-16-sgm2-fetch audit-17-sgm2-PKGVULNDIR audit-18-add-check');
    });

    suite('removal', () => {
      suiteSetup(async () => {
        await lab.reset();
        await lab.prepare(fourteen);
        await lab.prepare(
          'cd $P/etc && mkdir pkg_alternatives && touch pkg_install-404.conf pkg_install-sig.conf pkg_install.conf',
        );
      });
      replaysEach('pkg_delete-01-dependents pkg_delete-02-nosuch pkg_delete-03-n pkg_delete-04-conf');
      replaysEach('pkg_delete-05-preserved pkg_delete-06-glob pkg_delete-07-R');
      replays('pkg_delete-08-A', { after: 'pkg_info -e greet || true' });
      replaysEach('pkg_delete-09-r pkg_delete-10-usage');
    });

    suite('unusual additions', () => {
      suiteSetup(() => lab.reset());
      replaysEach('pkg_add-30-verified pkg_add-31-usage');
      replays('pkg_add-32-PKGDB', { order: 'lines' });
      replaysEach('pkg_add-34-missing-dep pkg_add-35-trunc pkg_add-36-upgrade-tools');
      replays('pkg_add-37-unsafe', { order: 'lines', after: adding('greet') });
    });

    suite('a damaged database', () => {
      suiteSetup(async () => {
        await lab.reset();
        await lab.prepare(sixteen);
        lab.save();
      });
      setup(() => lab.restore());
      replaysEach('corrupt-60-nobyfile corrupt-61-garbage-byfile');
      replaysEach('corrupt-62-nocontents', 'lines');
      replaysEach('corrupt-63-emptycontents corrupt-64-straydir');
      replaysEach('corrupt-65-modified', 'lines');
      replaysEach('corrupt-66-halfrecord corrupt-67-missingdb corrupt-68-nobuildinfo corrupt-69-nodb-perm');
    });

    suite('beyond the recordings', () => {
      setup(() => lab.reset());

      test('at another path the tools find nothing, and the files of their packages are missing', async () => {
        replayed.add('kit-relocated');
        const parts = captureText('kit-relocated').split(/^\$ /m).slice(1);
        await lab.moved(async () => {
          for (const part of parts) {
            const [command = ''] = part.split('\n', 1);
            const { stdout } = await lab.run(`cd /lab; { ${command}; } 2>&1; echo rc=$?`);
            assert.deepEqual(
              comparable(stdout, 'lines'),
              comparable(part.slice(command.length + 1), 'lines'),
              command,
            );
          }
        });
      });

      test('of two additions at once that change one page of the index, one loses its files there', async () => {
        const { stdout, stderr } = await lab.run(
          `pkg_add ${repository}/slowtool & sleep 1; pkg_add ${repository}/shlock; echo rc=$?; wait $!; echo rc=$?
          pkg_info -Fe $P/bin/shlock; pkg_admin check; pkg_admin rebuild >/dev/null; pkg_info -Fe $P/bin/shlock`,
        );
        assert.deepEqual(
          { stdout: comparable(stdout), stderr },
          {
            stdout: [
              'rc=0',
              "Executing 'sleep 5'",
              'rc=0',
              'Checked 46 files from 6 packages.',
              'Done.',
              'shlock-20080529',
              '',
            ],
            stderr: 'pkg_info: No matching pkg for /vo/atlas/pkg/bin/shlock.\n',
          },
        );
      });

      test('patterns match as they do for the real tool', async () => {
        const rows = matchRows();
        const quoted = (text = '') => `'${text.replaceAll("'", "'\\''")}'`;
        const lines = rows.map(
          ([pattern, name]) => `pkg_admin pmatch ${quoted(pattern)} ${quoted(name)} 2>&-; echo $?`,
        );
        const { stdout } = await lab.run(lines.join('\n'));
        const answers = stdout.split('\n');
        const wrong = rows.filter(([, , answer], at) => answers[at] !== (answer === 'match' ? '0' : '1'));
        assert.deepEqual(wrong, []);
      });

      test('newer tools replace those that install them', async () => {
        const { prefix } = lab.place;
        const file = buildPackage(toolsPackage({ prefix, version: '20180101' }), `${lab.lab}/newer`, prefix);
        await lab.prepare(`pkg_add -u ${file.replace(lab.lab, '/lab')}`);
        const { stdout } = await lab.run('pkg_info -V; pkg_info -E pkg_install; pkg_admin check pkg_install');
        assert.equal(stdout, '20180101\npkg_install-20180101\n.\nChecked 17 files from 1 package.\nDone.\n');
      });

      test('what broke off in the middle of an update leaves neither version', async () => {
        await lab.prepare(`${adding('slowpkg')} >/dev/null`);
        const cut = 'head -c 5000 /lab/www/repo2/All/slowpkg-1.0.tgz > /tmp/slowpkg-1.0.tgz';
        const { stdout, stderr } = await lab.run(
          `${cut}; pkg_add -U /tmp/slowpkg-1.0.tgz; echo rc=$?; rm /tmp/slowpkg-1.0.tgz; pkg_info -e slowpkg`,
        );
        assert.match(stdout, /original MD5 checksum failed, not deleting: \S+\/three\nrc=1\n$/);
        assert.match(
          stderr,
          /Read error for share\/slowpkg\/three: truncated gzip input\npkg_add: Updating of slowpkg-1.0 to slowpkg-1.0 failed\.\npkg_add: Remember to run pkg_admin rebuild-tree after fixing this\.\n/,
        );
      });
    });

    suite('repositories and accounts', () => {
      setup(() => lab.reset());
      replays('repo-80-noautoindex');
      replays('repo-81-chunked', { after: adding('shlock') });
      replays('phantom-70-retry');
      replays('diskfull-52', { limit: 4096, after: adding('minilang') });
    });

    suite('from source', () => {
      setup(async () => {
        await lab.reset();
        const settings =
          'PREFIX=$P\\nWRKOBJDIR=/lab/scratch/wrk\\nPACKAGES=/vo/atlas/packages\\nTREE=/lab/src/pkgsrc\\nOWNER=$(id -u)\\n';
        await lab.prepare(`rm -rf /lab/scratch/wrk; printf "${settings}" > $P/etc/mk.conf`);
      });
      replaysEach('bmake-show-var bmake-show-vars bmake-show-depends bmake-show-depends-VARNAME');
      replays('bmake-replace-libgreet', { order: 'lines', after: replaceable });
      replays('perm-40-sgm2-source-build', {
        after: `${adding('minilang')} && printf 'OWNER=vosm2\\n' >> $P/etc/mk.conf`,
      });

      test('bmake update removes first, and all dependents too: with a broken build they are gone', async () => {
        await lab.prepare(replaceable);
        const { stdout } = await lab.run(
          'cd /lab/src/pkgsrc/vo/libgreet && bmake update GREET_VERSION=1.1 BREAK=1; echo rc=$?; pkg_info -e "*greet*"',
        );
        replayed.add('bmake-update-failing');
        const recorded =
          capture('bmake-update-failing')
            .stdout.replaceAll('libgreet-1.2', 'libgreet-1.1')
            .split('-- installed')[0] ?? '';
        assert.deepEqual(stdout, recorded.replace('-r libgreet-1.1', '-r libgreet-1.0'));
      });
    });

    suite('the recordings', () => {
      test('all that are kept here are replayed', () =>
        assert.deepEqual(
          captureNames().filter(name => !replayed.has(name)),
          [],
        ));
    });
  });
