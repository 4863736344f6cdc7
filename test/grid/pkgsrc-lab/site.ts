import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  buildPackage,
  buildPort,
  type KitPlace,
  writeKit,
  writeSummary,
} from '../../support/pkgsrc/index.ts';
import { labPackages } from './packages.ts';
import { ports } from './ports.ts';
import { type Served, serve } from './server.ts';

/** What a command line did. */
export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shared software area with two managers in one group, and repositories behind a web server. */
export interface Lab extends AsyncDisposable {
  readonly place: KitPlace;
  /** The directory that stands for /lab of the recordings. */
  readonly lab: string;
  /** Empties the area and unpacks the kit there, as vosm. */
  reset(): Promise<void>;
  /** Runs shell commands as an account of the recordings; paths and URLs in them are those of the recordings. */
  run(command: string, user?: string, environment?: NodeJS.ProcessEnv): Promise<Ran>;
  /** Runs commands that must succeed without a word on standard error. */
  prepare(command: string): Promise<void>;
  /** Moves the area to /lab/sites/siteB while something is done: what a kit at another path is like. */
  moved<Value>(use: () => Promise<Value>): Promise<Value>;
  save(): void;
  restore(): void;
}

const group = 61_000;
const accounts: Readonly<Record<string, number>> = { vosm: 61_001, vosm2: 61_002, vouser: 61_003 };

/** Of the recordings' names, those that stand for something here. */
interface Names {
  readonly area: string;
  readonly lab: string;
  readonly listed: Served;
  readonly unlisted: Served;
}

export async function openLab(): Promise<Lab> {
  const root = mkdtempSync(join(tmpdir(), 'packwright-lab-'));
  chmodSync(root, 0o755);
  const area = join(root, 'atlas');
  const lab = join(root, 'lab');
  const place = { prefix: join(area, 'pkg') };
  makeRepositories(place, lab);
  writeKit(place, join(lab, 'www'), 'kit.tar.gz', labPackages(place).bootstrap);
  const listed = await serve(join(lab, 'www'), { listing: true });
  const unlisted = await serve(join(lab, 'www'), { listing: false });
  const names = { area, lab, listed, unlisted };
  const run: Lab['run'] = (command, user = 'vosm', environment = {}) =>
    runAs(user, command, names, environment);
  const prepare = async (command: string) => {
    const { exit, stderr } = await run(command);
    if (exit !== 0 || stderr) throw new Error(`${command}: ${exit} ${stderr}`);
  };
  return {
    place,
    lab,
    run,
    prepare,
    reset: async () => {
      emptyArea(area);
      await prepare('tar -xzf /lab/www/kit.tar.gz -C / ./vo/atlas/pkg');
    },
    moved: async use => {
      const elsewhere = join(lab, 'sites/siteB');
      mkdirSync(join(lab, 'sites'), { recursive: true });
      renameSync(area, elsewhere);
      try {
        return await use();
      } finally {
        renameSync(elsewhere, area);
      }
    },
    save: () => void spawnSync('cp', ['-a', area, `${area}.saved`]),
    restore: () => {
      rmSync(area, { recursive: true, force: true });
      spawnSync('cp', ['-a', `${area}.saved`, area]);
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([listed.close(), unlisted.close()]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function makeRepositories(place: KitPlace, lab: string): void {
  const { first, second } = labPackages(place);
  for (const [name, recipes] of [
    ['repo1', first],
    ['repo2', second],
  ] as const) {
    const directory = join(lab, 'www', name, 'All');
    for (const recipe of recipes) buildPackage(recipe, directory, place.prefix);
    writeSummary(directory);
  }
  mkdirSync(join(lab, 'www/vulns'));
  writeFileSync(join(lab, 'www/vulns/pkg-vulnerabilities.gz'), gzipSync(vulnerabilities));
  for (const port of ports(place)) buildPort(port, join(lab, 'src/pkgsrc'), place.prefix);
  mkdirSync(join(lab, 'scratch'));
  chmodSync(join(lab, 'scratch'), 0o777);
  mkdirSync(join(lab, 'stubs'));
  writeFileSync(join(lab, 'stubs/sleep'), sleep, { mode: 0o755 });
}

const vulnerabilities = `# $NetBSD$
#
#FORMAT 1.1.0
#CHECKSUM SHA1 9acc7823651a72b2610a633c1b5823b5d67982da
# package	type of exploit	URL
libgreet<1.2	buffer-overflow	http://127.0.0.1/adv/GREET-2026-1
greet>=1.0<1.1	denial-of-service	http://127.0.0.1/adv/GREET-2026-2
{minilang,maxilang}<1.3	remote-code-execution	http://127.0.0.1/adv/GREET-2026-3
digest<20160305	sensitive-information-disclosure	http://127.0.0.1/adv/DIGEST-1
cpuflags-[0-9]*	eol	http://127.0.0.1/eol
greet-1.1	cross-site-scripting	http://127.0.0.1/adv/GREET-2026-4
#minilang<9	commented	http://127.0.0.1/none
`;

/**
 * Stands for sleep(1) in the recordings: a package that sleeps while it is unpacked says so and goes on soon, or
 * (HOLD) when it is killed; what sleeps outside of a package waits until one has said so.
 */
const sleep = `#!/bin/sh
until_() { tries=0; until "$@" || [ $tries -gt 200 ]; do /bin/sleep 0.05; tries=$((tries + 1)); done; }
parent() { cut -d ' ' -f 4 "/proc/$PPID/stat" 2>/dev/null; }
first=$(parent)
gone() { [ "$(parent)" != "$first" ]; }
case $1 in
  5)
    [ -e "$LAB_MARK.seen" ] && exit 0
    : >"$LAB_MARK"
    if [ -n "$HOLD" ]; then until_ gone; else /bin/sleep 0.5; fi
    ;;
  *)
    until_ test -e "$LAB_MARK"
    : >"$LAB_MARK.seen"
    ;;
esac
`;

function emptyArea(area: string): void {
  rmSync(area, { recursive: true, force: true });
  rmSync(`${area}.saved`, { recursive: true, force: true });
  mkdirSync(area);
  chownSync(area, 0, group);
  chmodSync(area, 0o2775);
}

/** To our names, or (backwards) to the recorded ones. */
function translated(text: string, names: Names, backwards = false): string {
  const pairs: readonly (readonly [string, string])[] = [
    ['http://127.0.0.1:8931', names.listed.url],
    ['http://127.0.0.1:8932', names.unlisted.url],
    ['/vo/atlas', names.area],
    ['/lab/', `${names.lab}/`],
    ['-user vosm', `-user ${accounts.vosm}`],
    ['in /lab\n', `in ${names.lab}\n`],
  ];
  return pairs.reduce(
    (made, [theirs, ours]) => made.replaceAll(backwards ? ours : theirs, backwards ? theirs : ours),
    text,
  );
}

async function runAs(
  user: string,
  command: string,
  names: Names,
  environment: NodeJS.ProcessEnv,
): Promise<Ran> {
  const prefix = `${names.area}/pkg`;
  const uid = accounts[user] ?? 0;
  const groups = user === 'vouser' ? [uid] : [uid, group];
  const mark = join(mkdtempSync(join(tmpdir(), 'packwright-mark-')), 'mark');
  chmodSync(join(mark, '..'), 0o777);
  const setpriv = ['--reuid', `${uid}`, '--regid', `${uid}`, '--groups', groups.join(), '--'];
  const child = spawn('setpriv', [...setpriv, 'bash', '-c', `umask 002; ${translated(command, names)}`], {
    cwd: names.lab,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${names.lab}/stubs:${prefix}/sbin:${prefix}/bin:/usr/bin:/bin`,
      LC_ALL: 'C',
      HOME: names.lab,
      P: prefix,
      R: `${names.listed.url}/repo2/All`,
      LAB_MARK: mark,
      ...environment,
    },
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  const exit = await new Promise<number>((resolve, reject) => {
    child.on('error', reject).on('close', code => resolve(code ?? -1));
  });
  rmSync(join(mark, '..'), { recursive: true });
  return { exit, stdout: recorded(output.stdout, names), stderr: recorded(output.stderr, names) };
}

/** A text with the names of the recordings: paths, accounts, and the machine they were made on. */
function recorded(text: string, names: Names): string {
  return translated(text, names, true)
    .replace(/^(MACHINE_ARCH=).*$/gm, '$1x86_64')
    .replace(/\b61000\b/g, 'voatlas')
    .replace(/\b61001\b/g, 'vosm')
    .replace(/\b61002\b/g, 'vosm2');
}
