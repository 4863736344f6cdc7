import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SshLab } from '../support/sshd.ts';
import type { Lab } from './lab.ts';
import { gateOf, siteIn, slowPackage } from './vo.ts';
import { voTest } from './vo-test.ts';
import { siteAt } from './ways.ts';

/** Hosts that cannot be reached or do not let us in, and those that talk too much. */
export function troubleSuite(lab: Lab): void {
  suite('hosts in trouble', () => {
    voTest(
      lab,
      'a host on whose port nobody listens is unreachable since when, and the others are served',
      async vo => {
        vo.site('dead', { host: 'dead' });
        siteAt(vo, lab, 'alpha');
        const first = await vo.run('status');
        assert.equal(first.code, 1);
        assert.equal(first.err, '');
        assert.match(
          first.out,
          /^dead +unreachable .*Connection refused.* Look with: ssh -F \S+ dead true$/m,
        );
        assert.match(first.out, /^alpha +absent/m);
        const since = (await vo.known('dead')).since;
        const second = await vo.report('status');
        assert.equal(siteIn(second, 'dead').since, since);
        assert.match((await vo.run('list')).out, /^dead +unreachable/m);
      },
    );

    voTest(lab, 'an sshd that is stopped while a job runs: unreachable, then collected', async vo => {
      const gate = gateOf(vo);
      siteAt(vo, lab, 'beta').offer(slowPackage(gate.path));
      siteAt(vo, lab, 'here');
      assert.equal((await vo.run('install', 'slow', '--site', 'beta')).code, 0);
      await gate.reached();
      await lab.ssh.site('beta').stop();
      const meanwhile = await vo.run('status');
      assert.match(meanwhile.out, /^beta +unreachable .*Connection refused/m);
      assert.match(meanwhile.out, /^here +absent/m);
      gate.open();
      await lab.ssh.site('beta').start();
      const after = await vo.run('status', '--site', 'beta');
      assert.match(after.out, /^beta +ok/m);
      assert.match((await vo.run('log', 'beta')).out, /install slow +done/);
    });

    voTest(lab, 'a host that refuses the key is refused with the command that mends it', async vo => {
      siteAt(vo, lab, 'beta');
      siteAt(vo, lab, 'here');
      lab.ssh.site('beta').acceptKeys(false);
      const refused = await vo.run('status').finally(() => lab.ssh.site('beta').acceptKeys(true));
      assert.equal(refused.code, 1);
      assert.match(
        refused.out,
        /^beta +refused .*Permission denied.*ssh-add.*then try: ssh -F \S+ beta true$/m,
      );
      assert.match(refused.out, /^here +absent/m);
      assert.match((await vo.run('status')).out, /^beta +absent/m);
    });

    voTest(lab, 'a changed and an unknown host key are refused, and nothing is sent', async vo => {
      const other = await SshLab.start(['gamma']);
      try {
        const { port } = other.site('gamma');
        const stranger = other.addHost('stranger', [`Port ${port}`, 'HostKeyAlias stranger']);
        vo.site('gamma', { host: 'gamma', sshConfig: other.config });
        vo.site('stranger', { host: 'stranger', sshConfig: stranger.config });
        other.site('gamma').changeHostKey();
        await other.site('gamma').restart();
        const refused = await vo.run('status');
        assert.equal(refused.code, 1);
        assert.match(
          refused.out,
          /^gamma +refused .*has changed, and someone may be listening.*ssh-keygen -f \S+ -R \S+$/m,
        );
        assert.match(refused.out, /^stranger +refused .*is not a known host.*ssh -F \S+ stranger true$/m);
        assert.equal(other.site('gamma').logins, 0);
      } finally {
        await other.dispose();
      }
    });

    voTest(lab, 'a credential that is not good keeps everything from being sent', async vo => {
      const credential = { name: 'VOMS proxy', check: ['false'], mend: 'voms-proxy-init -voms lab' };
      siteAt(vo, lab, 'alpha', { credentials: [credential] });
      const refused = await vo.run('probe', '--wait');
      assert.equal(refused.code, 1);
      assert.match(
        refused.out,
        /^alpha +refused .*VOMS proxy is not good .*: run voms-proxy-init -voms lab$/m,
      );
    });

    voTest(lab, 'a banner and a profile that talks do not disturb', async vo => {
      const beta = lab.ssh.site('beta');
      const banner = join(lab.root, 'banner');
      writeFileSync(banner, '\u001b[2J*** Authorised use only ***\n');
      writeFileSync(join(beta.home, '.bashrc'), NOISE);
      writeFileSync(join(beta.home, '.profile'), NOISE);
      await beta.restart([`Banner ${banner}`, 'PrintMotd yes']);
      try {
        siteAt(vo, lab, 'beta');
        siteAt(vo, lab, 'north', { host: 'beta' });
        const { code, out, err } = await vo.run('status');
        assert.match(out, /^\S+: 2 sites: 2 absent/);
        assert.deepEqual([code, err], [1, '']);
        assert.doesNotMatch(out, /Authorised|quota/);
      } finally {
        writeFileSync(join(beta.home, '.bashrc'), '');
        writeFileSync(join(beta.home, '.profile'), '');
        await beta.restart();
      }
    });
  });
}

const NOISE = `printf '\\033]0;owned\\007Your quota is exceeded\\n@00000000000000000000000000000000 1 end outcome=ok ;'
echo 'also on standard error: quota' >&2
`;
