// Runs everything: types, lint, format, unused code, then every suite. `npm test` and `npm run check` call it.
//
// What the tests need is installed first where that is possible; a suite whose parts are absent prints
// `not run: NAME: WHY`, which is a failure where the environment variable CI is set.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const root = new URL('../..', import.meta.url).pathname;
process.chdir(root);
if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(
    `Node 24 is needed and this is ${process.versions.node}: run npm ci (with optional dependencies), or install Node 24.`,
  );
  process.exit(1);
}

/** Debian packages that suites use -> the program that shows that it is there. */
const PARTS = {
  chromium: 'chromium',
  'fonts-dejavu-core': undefined,
  neovim: 'nvim',
  binutils: 'readelf',
  gcc: 'gcc',
  'libc6-dev': undefined,
  git: 'git',
  'openssh-client': 'ssh',
  'openssh-server': 'sshd',
  busybox: 'busybox',
  // What jobs fetch with, and how tests look at processes.
  curl: 'curl',
  procps: 'ps',
  munge: 'munged',
  slurmctld: 'slurmctld',
  slurmd: 'slurmd',
  'slurm-client': 'sbatch',
  'slurm-wlm-basic-plugins': undefined,
  'slurm-wlm-torque': 'qsub',
};

// Daemons are where only root's PATH leads.
const has = program =>
  spawnSync('sh', ['-c', 'PATH=$PATH:/usr/sbin; command -v "$1"', 'sh', program]).status === 0;

function installParts() {
  const missing = Object.entries(PARTS).filter(([, program]) => program && !has(program));
  if (missing.length > 0 && process.getuid?.() === 0 && has('apt-get')) {
    // In run level 1 no package starts its daemon: the tests start their own, on ports of their own.
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    const apt = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
    run('apt-get', [...apt, 'update'], environment);
    run('apt-get', [...apt, 'install', '-y', '--no-install-recommends', ...Object.keys(PARTS)], environment);
  }
  if (!existsSync('test/host/node_modules/code-server')) {
    run('npm', ['ci', '--prefix', 'test/host', '--ignore-scripts', '--no-fund', '--no-audit']);
  }
}

function run(command, args, env = process.env) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  return status === 0;
}

/** Runs a program that ends with the line `N passed, M failed`; shows its output at its end and answers the counts. */
async function suite(name, args) {
  const started = Date.now();
  const { status, stdout } = await output(args);
  const lines = stdout.trimEnd().split('\n');
  const counts = /^(\d+) passed, (\d+) failed$/.exec(lines.at(-1) ?? '');
  console.log(`\n== ${name}\n${lines.slice(0, counts ? -1 : undefined).join('\n')}`);
  const passed = Number(counts?.[1] ?? 0);
  const notRun = lines.filter(line => line.startsWith('not run: '));
  const failed = Math.max(
    Number(counts?.[2] ?? 0),
    status === 0 || counts?.[2] !== '0' ? 0 : 1,
    counts || notRun.length > 0 ? 0 : 1,
  );
  console.log(
    `   ${name}: ${passed} passed, ${failed} failed, ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  return { passed, failed, notRun };
}

/** What a program of ours prints on standard output; its standard error is ours. */
function output(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', part => {
    stdout += part;
  });
  return new Promise(done => child.once('close', status => done({ status, stdout })));
}

const checks = [
  ['types', 'tsc', []],
  ['lint and format', 'biome', ['ci', '--error-on-warnings', '.']],
  ['unused code', 'knip', []],
];
let passed = 0;
let failed = 0;
for (const [name, command, args] of checks) {
  console.log(`== ${name}`);
  if (run(command, args)) passed++;
  else {
    failed++;
    console.log(`   ${name}: failed`);
  }
}

installParts();
if (!run(process.execPath, ['esbuild.mjs']) || !run(process.execPath, ['esbuild.mjs', '--test']))
  process.exit(1);

const notRun = [];
// Those of a row run at the same time: they mostly wait. What opens windows has the machine to itself.
const rows = [
  [
    ['unit', ['--enable-source-maps', 'test/tools/unit.mjs', 'rest']],
    ['the job at a site', ['--enable-source-maps', 'test/tools/unit.mjs', 'job']],
  ],
  [
    ['kill -9', ['--enable-source-maps', 'out-test/kill/kill.main.cjs']],
    ['sites', ['--enable-source-maps', 'out-test/sites/sites.main.cjs']],
  ],
  [['workbench', ['out-test/client/host.main.cjs']]],
  [['user interface', ['out-test/client/ui.main.cjs']]],
  [['report', ['out-test/client/report.main.cjs']]],
  [['packages', ['out-test/client/pack.main.cjs']]],
];
for (const row of rows) {
  for (const result of await Promise.all(row.map(([name, args]) => suite(name, args)))) {
    passed += result.passed;
    failed += result.failed;
    notRun.push(...result.notRun);
  }
}
console.log('');
for (const line of notRun) console.log(line);
if (process.env.CI && notRun.length > 0) failed += notRun.length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
