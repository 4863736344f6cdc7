import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { readSites } from '../../client/src/grid/sites-file.ts';
import { sitesJsonSchema } from '../../client/src/grid/sites-json-schema.ts';

const ROOT = join(__dirname, '../..');
const SUM = 'ab'.repeat(32);

/** A file of one site `north` with these lines. */
function north(...lines: readonly string[]): string {
  return ['vo: atlas', 'sites:', '  - name: north', ...lines.map(line => `    ${line}`), ''].join('\n');
}

/** `SITE LINE:COLUMN PATH: MESSAGE; REMEDY` of each fault; `-` for none. */
function faults(text: string): readonly string[] {
  return readSites(text, '/etc/vo').faults.map(
    ({ site, line, column, path, message, remedy }) =>
      `${site ?? '-'} ${line}:${column} ${path}: ${message}; ${remedy}`,
  );
}

function siteNames(text: string): readonly string[] | undefined {
  return readSites(text, '/etc/vo').file?.sites.map(site => site.name);
}

suite('sites file', () => {
  test('a site needs nothing but a name', () => {
    assert.deepEqual(readSites('vo: atlas\nsites: [{ name: here }]\n', '/etc/vo'), {
      file: {
        vo: 'atlas',
        sites: [
          {
            name: 'here',
            vo: 'atlas',
            backend: 'local',
            packages: [],
            maintenance: [],
            tags: [],
            credentials: [],
            wallMinutes: 120,
            minimumFreeMiB: 20,
            lockWaitSeconds: 300,
          },
        ],
        limits: {
          commands: 8,
          commandsPerHost: 2,
          commandSeconds: 300,
          pollMinSeconds: 1,
          pollMaxSeconds: 300,
        },
        retention: { days: 365, jobsPerSite: 200 },
      },
      faults: [],
    });
  });

  test('every key arrives', () => {
    const { file, faults } = readSites(
      `
vo: atlas
x-kits: { el9: &el9 { url: /cvmfs/kit.tar.gz, sha256: ${SUM.toUpperCase()} } }
backends:
  pbs:
    submit: [qsub, -q, "{queue}", "{script}"]
    ticket: "([0-9]+)"
    poll: [qstat, "{tickets}"]
    states: { Q: waiting, R: running, C: ended }
    cancel: [qdel, "{ticket}"]
defaults: { group: voatlas, area: /vo/atlas/, tags: [all], sshConfig: ssh/config, wall: 90s }
sites:
  - name: north
    backend: slurm
    host: grid@north.example.org
    spool: /scratch/pw
    queue: long
    slurm: { conf: /etc/b/slurm.conf, cluster: b, account: vo, options: [--qos=long] }
    prefix: /vo/atlas/pkg
    kit: *el9
    repository: https://repo.example.org/All/
    packages: [greet, "libgreet>=1.0"]
    maintenance:
      - { from: "2027-01-08 06:00", to: "2027-01-08T18:00+01:00", reason: cooling }
      - { cron: "0 6 * * TUE", for: 4h, zone: Europe/Stockholm }
    tags: [tier2]
    credentials: [{ name: proxy, check: [voms-proxy-info, -exists], mend: voms-proxy-init }]
    wall: 1h30m
    minimumFree: 2G
    lockWait: 0s
  - name: south
    backend: pbs
    queue: short
    group:
    host: { destination: south, config: /etc/ssh/grid }
    bootstrap: { url: "https://x.example/p.tgz", sha256: ${SUM}, command: [sh, b, "{prefix}", "{work}"] }
    repository: { url: "ftp://x.example/All", summary: all/pkg_summary.gz }
    build: { tree: /vo/pkgsrc, mkConf: "A= 1\\nB= 2\\n" }
vulnerabilities: { url: "https://x.example/vulns", fetch: site, sha256: ${SUM} }
limits: { commands: 3, commandsPerHost: 1, commandTime: 30s, pollFirst: 1s, pollLast: 10m }
retention: { days: 30, jobsPerSite: 10 }
`,
      '/etc/vo',
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(file?.sites, [
      {
        name: 'north',
        vo: 'atlas',
        backend: 'slurm',
        host: { destination: 'grid@north.example.org', config: '/etc/vo/ssh/config' },
        spool: '/scratch/pw',
        queue: 'long',
        slurm: { conf: '/etc/b/slurm.conf', cluster: 'b', account: 'vo', options: ['--qos=long'] },
        area: '/vo/atlas',
        prefix: '/vo/atlas/pkg',
        group: 'voatlas',
        kit: { url: '/cvmfs/kit.tar.gz', sha256: SUM },
        repository: { url: 'https://repo.example.org/All' },
        packages: ['greet', 'libgreet>=1.0'],
        maintenance: [
          {
            kind: 'once',
            from: '2027-01-08T06:00:00.000Z',
            to: '2027-01-08T17:00:00.000Z',
            reason: 'cooling',
          },
          { kind: 'recurring', cron: '0 6 * * TUE', minutes: 240, zone: 'Europe/Stockholm' },
        ],
        tags: ['tier2'],
        credentials: [{ name: 'proxy', check: ['voms-proxy-info', '-exists'], mend: 'voms-proxy-init' }],
        wallMinutes: 90,
        minimumFreeMiB: 2048,
        lockWaitSeconds: 0,
      },
      {
        name: 'south',
        vo: 'atlas',
        backend: 'pbs',
        host: { destination: 'south', config: '/etc/ssh/grid' },
        queue: 'short',
        commands: {
          submit: ['qsub', '-q', '{queue}', '{script}'],
          ticket: '([0-9]+)',
          poll: ['qstat', '{tickets}'],
          states: { Q: 'waiting', R: 'running', C: 'ended' },
          cancel: ['qdel', '{ticket}'],
        },
        area: '/vo/atlas',
        bootstrap: {
          url: 'https://x.example/p.tgz',
          sha256: SUM,
          command: ['sh', 'b', '{prefix}', '{work}'],
        },
        repository: { url: 'ftp://x.example/All', summary: '/etc/vo/all/pkg_summary.gz' },
        build: { tree: '/vo/pkgsrc', mkConf: 'A= 1\nB= 2\n' },
        packages: [],
        maintenance: [],
        tags: ['all'],
        credentials: [],
        wallMinutes: 2,
        minimumFreeMiB: 20,
        lockWaitSeconds: 300,
      },
    ]);
    assert.deepEqual(file?.vulnerabilities, { url: 'https://x.example/vulns', fetch: 'site', sha256: SUM });
    assert.deepEqual(file?.limits, {
      commands: 3,
      commandsPerHost: 1,
      commandSeconds: 30,
      pollMinSeconds: 1,
      pollMaxSeconds: 600,
    });
    assert.deepEqual(file?.retention, { days: 30, jobsPerSite: 10 });
  });
});

suite('sites file: a broken site is left out, the others count', () => {
  /** Lines of the site `north`, and its fault without the site's name; the site `south` stays. */
  const cases: readonly [name: string, line: string, fault: string][] = [
    [
      'a host that is an option of ssh',
      'host: -oProxyCommand=reboot',
      '4:11 sites[0].host: "host": A host that begins with "-" would be an option of ssh; write the name of the host',
    ],
    [
      'a user that is an option of ssh',
      'host: grid@-x',
      '4:11 sites[0].host: "host": A host that begins with "-" would be an option of ssh; write the name of the host',
    ],
    [
      'a host with a blank',
      'host: { destination: "a b" }',
      '4:26 sites[0].host.destination: "host.destination": This is no host for ssh; write HOST or USER@HOST without blanks; a port belongs into the ssh configuration',
    ],
    [
      'a host with a line end',
      'host: "a\\nb"',
      '4:11 sites[0].host: "host": This is no host for ssh; write HOST or USER@HOST without blanks; a port belongs into the ssh configuration',
    ],
    [
      'a back end that nobody knows',
      'backend: condor',
      '4:14 sites[0].backend: There is no back end "condor"; write one of local, slurm, or describe it below "backends"',
    ],
    [
      'a key with a slip',
      'minimumfree: 3G',
      '4:5 sites[0].minimumfree: The key "minimumfree" is not known; did you mean "minimumFree"?',
    ],
    ['a key twice', 'name: south2', '4:5 sites[0].name: This key stands here twice; take one out'],
    [
      'a relative area',
      'area: vo/atlas',
      '4:11 sites[0].area: "area": This is no absolute path that a job can use; begin with "/", and use letters, digits and . _ + @ , = ~ - only',
    ],
    [
      'an area with ..',
      'area: /vo/../etc',
      '4:11 sites[0].area: "area": The path has "." or ".." in it; write the path that is meant',
    ],
    [
      'an address of another scheme',
      `kit: { url: "gopher://x/kit", sha256: ${SUM} }`,
      '4:17 sites[0].kit.url: "kit.url": This is no address that can be fetched; begin with http://, https://, ftp://, file:/// or, for a file, with "/"',
    ],
    [
      'a SHA-256 that is short',
      'kit: { url: /kit, sha256: abcdef }',
      '4:31 sites[0].kit.sha256: "kit.sha256": This is no SHA-256; write the 64 hexadecimal digits that sha256sum prints',
    ],
    [
      'a kit without its sum',
      'kit: { url: /kit }',
      '4:10 sites[0].kit.sha256: "kit.sha256" is missing; add it',
    ],
    [
      'kit and bootstrap',
      `{ kit: { url: /kit, sha256: ${SUM} }, bootstrap: { url: /s, sha256: ${SUM}, command: [sh, b] } }`,
      '3:126 sites[0].bootstrap: Both "kit" and "bootstrap" say where pkgsrc comes from; take one out; a key without a value takes the default away',
    ],
    [
      'a pattern whose braces do not close',
      'packages: [greet, "{a"]',
      '4:23 sites[0].packages[1]: "packages[1]": As a pattern of packages, its braces do not close; write greet, greet>=1.1 or greet-1.1',
    ],
    [
      'a placeholder inside an argument',
      `bootstrap: { url: /s, sha256: ${SUM}, command: [sh, "--prefix={prefix}"] }`,
      '4:115 sites[0].bootstrap.command[1]: "bootstrap.command[1]": A placeholder stands inside an argument, where nothing is replaced; make it an argument of its own, or let a shell put it in: [sh, -c, \'exec prog --x="$1"\', prog, "{…}"]',
    ],
    [
      'a placeholder that nobody knows',
      `bootstrap: { url: /s, sha256: ${SUM}, command: [sh, "{scratch}"] }`,
      '4:115 sites[0].bootstrap.command[1]: "bootstrap.command[1]": This placeholder is not known; known here: {prefix}, {work}',
    ],
    [
      'a cron expression that is none',
      'maintenance: [{ cron: "0 6 * *", for: 4h }]',
      '4:27 sites[0].maintenance[0].cron: "maintenance[0].cron": This is no cron expression; write five fields, such as 0 6 * * TUE for Tuesdays at six',
    ],
    [
      'a maintenance that never comes',
      'maintenance: [{ cron: "0 6 30 2 *", for: 4h }]',
      '4:27 sites[0].maintenance[0].cron: "maintenance[0].cron": This time never comes; look at day and month',
    ],
    [
      'a time zone that nobody knows',
      'maintenance: [{ cron: "@daily", for: 4h, zone: Mars/Base }]',
      '4:52 sites[0].maintenance[0].zone: "maintenance[0].zone": This time zone is not known; write a name such as Europe/Stockholm or UTC',
    ],
    [
      'a day that does not exist',
      'maintenance: [{ from: 2027-02-30, to: 2027-03-01 }]',
      '4:27 sites[0].maintenance[0].from: "maintenance[0].from": There is no such time; look at day and hour',
    ],
    [
      'an end before its begin',
      'maintenance: [{ from: 2027-02-03, to: 2027-02-02 }]',
      '4:43 sites[0].maintenance[0].to: "maintenance[0].to": The end is not after the begin; change `from` or `to`',
    ],
    [
      'a bare number as time',
      'wall: 2',
      '4:11 sites[0].wall: "wall" has a value of the wrong kind; write text; a number or yes and no as text need quotes',
    ],
    [
      'a time limit that is too long',
      'wall: 90d',
      '4:11 sites[0].wall: "wall": This length of time is out of bounds; write 1m to 30d',
    ],
    [
      'an option of sbatch that Packwright sets, shortened',
      '{ backend: slurm, slurm: { options: [--arr=1-9] } }',
      '3:56 sites[0].slurm.options[0]: "slurm.options[0]": Packwright sets this option of sbatch itself; take it out; queue, wall, slurm.account and slurm.cluster are keys of the site',
    ],
    [
      'values for Slurm without Slurm',
      'slurm: { account: x }',
      '4:12 sites[0].slurm: The site has values for Slurm and another back end; write "backend: slurm", or take "slurm" out',
    ],
  ];
  for (const [name, line, fault] of cases) {
    test(name, () => {
      const whole = line.startsWith('{');
      const text = whole
        ? `vo: atlas\nsites:\n  - { name: north, ${line.slice(1)}\n  - name: south\n`
        : `${north(line)}  - name: south\n`;
      assert.deepEqual(
        faults(text).map(one => one.replace(/^north2? |^south2 /, '')),
        [fault],
      );
      assert.deepEqual(siteNames(text), ['south']);
    });
  }

  test('of two sites with one name neither is used', () => {
    const text = 'vo: a\nsites: [{ name: x }, { name: x }, { name: y }]\n';
    assert.deepEqual(
      readSites(text, '/').faults.map(({ site, path }) => [site, path]),
      [
        ['x', 'sites[0].name'],
        ['x', 'sites[1].name'],
      ],
    );
    assert.deepEqual(siteNames(text), ['y']);
  });

  test('a wrong default leaves out the sites that take it', () => {
    const text = 'vo: a\ndefaults: { area: x, host: h }\nsites: [{ name: x }, { name: y, area: /y }]\n';
    assert.deepEqual(
      readSites(text, '/').faults.map(({ site, path, line }) => [site, path, line]),
      [
        [undefined, 'defaults.area', 2],
        ['x', 'defaults.area', 2],
      ],
    );
    assert.deepEqual(
      readSites(text, '/').file?.sites.map(({ name, host }) => [name, host?.destination]),
      [['y', 'h']],
    );
  });

  test('a key without a value takes the default away', () => {
    const { file } = readSites('vo: a\ndefaults: { host: h, queue: q }\nsites: [{ name: x, host: }]\n', '/');
    assert.deepEqual(
      file?.sites.map(({ host, queue }) => [host, queue]),
      [[undefined, 'q']],
    );
  });

  test('a broken back end leaves out its sites', () => {
    const text = `vo: a
backends:
  pbs: { submit: [qsub, "{script}"], poll: [qstat, "-u{ticket}"], states: {} }
  arc: { submit: [x], poll: [x], states: {} }
sites: [{ name: x, backend: pbs }, { name: y, backend: arc }, { name: z }]
`;
    assert.deepEqual(
      readSites(text, '/').faults.map(({ site, path, message }) => [site, path, message]),
      [
        [
          undefined,
          'backends.pbs.poll[1]',
          '"backends.pbs.poll[1]": A placeholder stands inside an argument, where nothing is replaced',
        ],
        [undefined, 'backends.arc', 'The name "arc" belongs to a back end of Packwright’s own'],
        ['x', 'sites[0].backend', 'The back end "pbs" is wrong'],
        ['y', 'sites[1].backend', 'The back end "arc" is wrong'],
      ],
    );
    assert.deepEqual(siteNames(text), ['z']);
  });

  test('a back end whose commands name the queue wants one', () =>
    assert.deepEqual(
      faults(`vo: a
backends: { pbs: { submit: [qsub, -q, "{queue}"], poll: [qstat], states: {} } }
sites: [{ name: x, backend: pbs }]
`),
      ['x 3:9 sites[0].queue: The back end "pbs" wants a queue; add "queue:"'],
    ));

  test('of wrong limits the right ones count', () => {
    const { file, faults } = readSites(
      'vo: a\nsites: []\nlimits: { commands: 0, commandsPerHost: 1 }\n',
      '/',
    );
    assert.deepEqual([file?.limits.commands, file?.limits.commandsPerHost, faults.length], [8, 1, 1]);
  });

  test('a control character in a name does not reach a fault', () => {
    const [fault] = readSites('vo: a\nsites:\n- name: "\\e[31mx"\n', '/').faults;
    assert.equal(fault?.site, '\\e[31mx');
  });
});

suite('sites file: what leaves nothing of it', () => {
  const cases: readonly [name: string, text: string, fault: string][] = [
    ['nothing in it', '', '- 1:1 vo: "vo" is missing; add it'],
    ['a VO that is no name', 'vo: a b\nsites: []\n', '- 1:5 vo: "vo": This is no name; begin with'],
    [
      'a slip in "defaults"',
      'vo: a\nsites: []\ndefault: {}\n',
      '- 3:1 default: The key "default" is not known; did',
    ],
    [
      'a slip inside the defaults',
      'vo: a\nsites: []\ndefaults: { are: /x }\n',
      '- 3:13 defaults.are: The key "are" is not known; did you mean "area"?',
    ],
    ['no YAML', 'vo: a\n\tsites: []\n', '- 2:1 : This is no valid YAML (tab as indent); indent with blanks'],
    [
      'two documents',
      'vo: a\nsites: []\n---\nvo: b\n',
      '- 3:1 : This is no valid YAML (multiple docs); keep one',
    ],
    ['a key twice', 'vo: a\nvo: b\nsites: []\n', '- 2:1 vo: This key stands here twice; take one out'],
    ['deep brackets', '['.repeat(100_000), '- 1:201 : Brackets or blocks are nested too deeply; no value'],
    [
      'deep blocks',
      '- '.repeat(30).concat('x\n').repeat(3),
      '- 1:63 : Brackets or blocks are nested too deeply;',
    ],
    ['an alias of what holds it', 'vo: &a [*a]\nsites: []\n', '- 1:1 : Aliases make this file too big, or'],
    [
      'aliases that multiply',
      `x-a: &a [1,1,1,1,1,1,1,1,1]\n${[...'bcdefgh'].map((c, i) => `x-${c}: &${c} [${`*${'abcdefg'[i]},`.repeat(9)}]`).join('\n')}\nvo: a\nsites: []\n`,
      '- 1:1 : Aliases make this file too big, or',
    ],
    ['more than 4 MiB', `# ${'x'.repeat(5 << 20)}`, '- 1:1 : This file is longer than 4 MiB; part it'],
    [
      'more than 10,000 sites',
      `vo: a\nsites: [${'{},'.repeat(10_001)}]\n`,
      '- 2:8 sites: "sites": There are more than 10000 sites; part them',
    ],
  ];
  for (const [name, text, fault] of cases) {
    test(name, () => {
      assert.equal(siteNames(text), undefined);
      assert.ok(faults(text)[0]?.startsWith(fault), faults(text)[0]);
    });
  }

  test('a whole file of faults tells twenty', () => {
    const keys = Array.from({ length: 5000 }, (_, at) => `k${at}: 1\n`).join('');
    assert.equal(faults(`vo: a\nsites: []\n${keys}`).length, 20);
  });
});

suite('sites file: it holds no secrets', () => {
  const SECRET = 'hunter2hunter2';
  const lines: readonly string[] = [
    `password: ${SECRET}`,
    `kit: { url: "https://x/y", api_key: ${SECRET} }`,
    `host: grid:${SECRET}@north`,
    `repository: "https://me:${SECRET}@repo.example.org/All"`,
    `build: { tree: /x, mkConf: "FETCH_TOKEN=${SECRET}" }`,
    `credentials: [{ name: x, check: [curl, "Authorization: Bearer ${SECRET}"], mend: y }]`,
    `credentials: [{ name: x, check: [login, --password=${SECRET}], mend: y }]`,
    `group: "-----BEGIN OPENSSH PRIVATE KEY----- ${SECRET}"`,
    `kit: { url: "https://x/y?token=${SECRET}", sha256: ${SUM} }`,
    `tags: ["AKIAIOSFODNN7EXAMPLE", ${SECRET}]`,
    `"ghp_0123456789012345678901234567890123456${SECRET}": 1`,
  ];
  for (const line of lines) {
    test(line.replace(SECRET, '…'), () => {
      const reading = readSites(`${north(line)}  - name: south\n`, '/');
      assert.deepEqual(
        reading.faults.map(fault => [fault.site, fault.line]),
        [['north', line.startsWith('"') ? 3 : 4]],
      );
      assert.match(reading.faults[0]?.message ?? '', /secret|password|token|key/);
      assert.match(reading.faults[0]?.remedy ?? '', /^take it out/);
      assert.doesNotMatch(JSON.stringify(reading), /hunter2|AKIAI|ghp_0/);
      assert.deepEqual(
        reading.file?.sites.map(site => site.name),
        ['south'],
      );
    });
  }

  test('one outside of the sites leaves nothing of the file', () => {
    const { file, faults } = readSites('vo: a\nx-token: abc\nsites: []\n', '/');
    assert.deepEqual([file, faults.length], [undefined, 1]);
  });

  test('one behind an alias is found where it is used', () => {
    const text = `vo: a\nsites:\n- { name: x, note: &n "Bearer ${SECRET}" }\n- { name: y, tags: [*n] }\n`;
    assert.deepEqual(
      readSites(text, '/').faults.map(({ site, line }) => [site, line]),
      [
        ['x', 3],
        ['y', 4],
      ],
    );
  });

  test('what only looks near is none', () => {
    const text = north(
      'host: grid@fe80::1%eth0',
      'credentials: [{ name: token, check: [oidc-token, --time=60], mend: "oidc-agent-start" }]',
      'build: { tree: /x, mkConf: "TOKEN_FILE= /x\\nPASSWORD=${FROM_ENV}" }',
      'repository: https://repo.example.org:8443/@atlas/All',
    );
    assert.deepEqual(faults(text), []);
  });
});

suite('sites file: the JSON schema', () => {
  const schema = JSON.parse(sitesJsonSchema());

  test('it is the one that is shipped: npm run schema', () =>
    assert.equal(readFileSync(join(ROOT, 'schemas/sites.schema.json'), 'utf8'), sitesJsonSchema()));

  test('every key has a description and an example', () => {
    const bare = keysIn(schema).filter(({ node }) => !node.description || !node.examples?.length);
    assert.deepEqual(
      bare.map(({ key }) => key),
      [],
    );
  });

  const validate = new Ajv({ allErrors: true }).compile(schema);
  for (const [name, text] of [
    [
      'the manual',
      /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/sites.md'), 'utf8'))?.[1] ?? '',
    ],
    ['the example', readFileSync(join(ROOT, 'examples/sites/sites.yaml'), 'utf8')],
  ] as const) {
    test(`the file in ${name} is right`, () => {
      assert.deepEqual(readSites(text, '/etc/vo').faults, []);
      assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
      assert.ok((siteNames(text)?.length ?? 0) > 0);
    });
  }

  const manual = readFileSync(join(ROOT, 'docs/sites.md'), 'utf8');
  for (const [, block = ''] of manual.matchAll(/```yaml\n(backends:\n {2}(?:[\s\S]*?))```/g)) {
    test(`the commands of the manual for ${block.split('\n')[1]?.trim()} are right`, () => {
      const text = `vo: a\nsites: []\n${block}`;
      assert.deepEqual(faults(text), []);
      assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
    });
  }

  test('a site may empty a key', () =>
    assert.ok(validate(parse('vo: a\nsites: [{ name: x, host: }]\n')), JSON.stringify(validate.errors)));

  test('what is wrong is wrong for editors too', () => {
    for (const line of ['area: vo', 'are: /vo', 'wall: 2', 'tags: [a b]', 'kit: { url: /x }'])
      assert.ok(!validate(parse(north(line))), line);
  });
});

/** Every key below a node of the schema, with its own node. */
function keysIn(node: Node): readonly { readonly key: string; readonly node: Node }[] {
  const own = Object.entries(node.properties ?? {}).map(([key, inner]) => ({ key, node: inner }));
  const others = [...(node.anyOf ?? []), node.items, node.additionalProperties].filter(
    inner => typeof inner === 'object',
  );
  return [...own, ...[...own.map(one => one.node), ...others].flatMap(keysIn)];
}

interface Node {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
}
