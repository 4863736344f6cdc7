import type { HtmlInput, PastState } from '../../client/src/report/html/html-input.ts';
import type {
  PackageStatus,
  SiteState,
  SiteStatus,
  StatusReport,
} from '../../client/src/report/status-report.ts';
import { randomOf } from './random.ts';

/** A report of a VO as it might be, always the same for the same sizes: most sites are well, some are not. */
export function statusSample(siteCount: number, packageCount: number): HtmlInput {
  const next = randomOf(siteCount * 7919 + packageCount);
  const packages = Array.from({ length: packageCount }, (_, at) => packageOf(at, next));
  const sites = Array.from({ length: siteCount }, (_, at) => siteOf(at, packages, next));
  const report: StatusReport = {
    version: 1,
    generatedAt: iso(0),
    vo: 'atlas',
    sites,
    packages: packagesAt(sites),
    faults:
      siteCount < 10
        ? []
        : [
            {
              path: 'sites.yaml',
              line: 212,
              column: 5,
              site: 'old-cluster',
              message: 'queue is no name of a queue',
            },
          ],
  };
  const wish = (each: Sample) => (each.index % 5 === 0 ? [`${each.name}>=${each.versions[1]}`] : []);
  const wanted = packages.flatMap(wish);
  return {
    report,
    previous: new Map(sites.map(({ name, state }, at) => [name, at % 11 === 0 ? flipped(state) : state])),
    history: new Map(sites.map(({ name, state }, at) => [name, historyOf(state, at)])),
    wanted: new Map(sites.map(({ name }) => [name, wanted])),
    newest: new Map(packages.map(({ name, versions }) => [name, versions[0] ?? '1'])),
  };
}

const NOW = Date.UTC(2026, 10, 20, 16, 2, 11);
const HOUR = 3_600_000;

const PLACES =
  'abisko aalto barcelona beijing bern bologna brookhaven budapest cern coimbra cracow desy dresden dubna edinburgh freiburg glasgow goegrid helsinki ifae ihep imperial jinr karlsruhe lancaster liverpool ljubljana lund manchester melbourne michigan milano montreal napoli nikhef oslo ox pic prague ral roma sara sheffield taipei tokyo toronto triumf umea uppsala valencia vienna weizmann'.split(
    ' ',
  );
const STEMS =
  'openssl curl zlib python312 perl libxml2 gmake gcc14 boost-libs root geant4 xrootd davix gfal2 voms-clients fftw hdf5 gsl openblas cmake ninja-build git-base sqlite3 libffi readline ncurses bash zsh tmux emacs30-nox11 vim py312-numpy py312-scipy py312-matplotlib py312-yaml R-base openmpi jq ripgrep nano rsync wget xz zstd lz4 bzip2 pcre2 libcurl-gnutls expat libevent'.split(
    ' ',
  );

/** One of these for each site, in turn: state and words. */
const TROUBLES: readonly (readonly [SiteState, string])[] = [
  ['vulnerable', ''],
  [
    'unreachable',
    'ssh: connect to host SITE.grid.example.org port 22: Connection refused; tried again in 30 minutes',
  ],
  [
    'failed',
    'The job ended with exit code 1: /vo/atlas/SITE/pkg is full (0 KiB free); make room and repeat it',
  ],
  [
    'incomplete',
    "python312>=3.12.4 is wanted and not installed: run packwright sites install 'python312>=3.12.4' --site SITE",
  ],
  ['maintenance', 'Cooling is being replaced until 2026-11-21T18:00:00.000Z; its jobs wait until then'],
  ['missing', 'Nothing was ever asked of this site: run packwright sites probe'],
  ['damaged', 'perl-5.40.0 is half installed. The next install, update or upgrade repairs it'],
  ['running', 'Runs on node17.SITE.grid.example.org'],
  ['lost', 'The batch system does not know job 88123 any more, and it left no result'],
  [
    'unaudited',
    'Vulnerabilities are not known: the list could not be fetched from https://pkg.example.org/vulns.gz',
  ],
  ['refused', 'The area /vo/atlas is not writable for the account atlassgm'],
  ['absent', 'pkgsrc is not installed in /vo/atlas/pkg: the next install brings it'],
  ['queued', 'Waits for its turn'],
  ['cancelled', 'Cancelled by anna on desk12'],
];

interface Sample {
  readonly index: number;
  readonly name: string;
  /** Newest first. */
  readonly versions: readonly string[];
}

function packageOf(index: number, next: () => number): Sample {
  const round = Math.floor(index / STEMS.length);
  const stem = STEMS[index % STEMS.length] ?? 'package';
  const major = 1 + Math.floor(next() * 9);
  const minor = 2 + Math.floor(next() * 12);
  return {
    index,
    name: round === 0 ? stem : `${stem}-extra${round}`,
    versions: [`${major}.${minor}.1`, `${major}.${minor}.0nb1`, `${major}.${minor - 1}.4`],
  };
}

function siteOf(at: number, packages: readonly Sample[], next: () => number): SiteStatus {
  const round = Math.floor(at / PLACES.length);
  const name = `${PLACES[at % PLACES.length]}${round === 0 ? '' : `-${round + 1}`}`;
  const trouble = at % 4 === 1 ? TROUBLES[Math.floor(at / 4) % TROUBLES.length] : undefined;
  const [state, words] = trouble ?? (['ok', ''] as const);
  const installed = BARE.has(state) ? null : installedOf(packages, next);
  const flawed = state === 'vulnerable' ? (installed ?? []).slice(0, 2) : [];
  return {
    name,
    tags: [at % 7 === 0 ? 'tier1' : 'tier2', at % 2 === 0 ? 'north' : 'south'],
    state,
    reason: reasonOf(state, words, name, installed?.length ?? 0, flawed),
    ...timesOf(state, at),
    job: state === 'missing' ? null : jobOf(state, at),
    ...placeOf(state, at),
    packages: installed,
    vulnerabilities: flawed.map(each => ({
      package: `${each.name}-${each.version}`,
      type: 'remote-code-execution',
      url: `https://nvd.example.org/vuln/detail/CVE-2026-${1000 + at}`,
    })),
    problems: state === 'damaged' ? [{ code: 'half-installed', text: 'perl-5.40.0 is half installed' }] : [],
  };
}

/** Where nothing is installed, or nothing is known. */
const BARE: ReadonlySet<SiteState> = new Set(['missing', 'absent']);

function timesOf(state: SiteState, at: number): Pick<SiteStatus, 'since' | 'checkedAt'> {
  return state === 'missing'
    ? { since: null, checkedAt: null }
    : { since: iso(at % 90), checkedAt: iso(at % 5) };
}

function placeOf(state: SiteState, at: number): Pick<SiteStatus, 'area' | 'pkgsrc' | 'audit'> {
  if (BARE.has(state)) return { area: null, pkgsrc: null, audit: 'unchecked' };
  return {
    area: areaOf(at),
    pkgsrc: {
      state: state === 'damaged' ? 'damaged' : 'present',
      prefix: '/vo/atlas/pkg',
      tools: '20251101',
    },
    audit: state === 'unaudited' ? 'error' : 'checked',
  };
}

function reasonOf(
  state: SiteState,
  words: string,
  name: string,
  count: number,
  flawed: readonly { readonly name: string; readonly version: string }[],
): string {
  if (state === 'ok') return `${count} packages, none known to be vulnerable`;
  if (state === 'vulnerable')
    return `${flawed[0]?.name}-${flawed[0]?.version} and 1 more: remote-code-execution, see https://nvd.example.org/vuln/detail/CVE-2026-1000`;
  return words.replaceAll('SITE', name);
}

function installedOf(packages: readonly Sample[], next: () => number) {
  return packages.flatMap(({ name, versions, index }) => {
    const dice = next();
    if (dice > 0.96) return [];
    const version = versions[dice < 0.8 ? 0 : dice < 0.9 ? 1 : 2] ?? '1';
    return [{ name, version, automatic: index % 3 !== 0 }];
  });
}

function areaOf(at: number): SiteStatus['area'] {
  return {
    path: '/vo/atlas',
    freeKiB: 61_363_200 + at * 1_000_000,
    writable: true,
    setgid: true,
    groupWritable: true,
    group: 'atlassgm',
  };
}

function jobOf(state: SiteState, at: number): SiteStatus['job'] {
  const known = ['running', 'queued', 'failed', 'lost', 'refused', 'cancelled', 'unreachable', 'maintenance'];
  return {
    id: `${(at + 1).toString(16).padStart(4, '0')}${'6f1c'.repeat(7)}`,
    verb: state === 'failed' ? 'install' : 'probe',
    packages: state === 'failed' ? ['root', 'geant4'] : [],
    dryRun: false,
    state: known.find((each): each is 'running' => each === state) ?? 'done',
    reason: '',
    since: iso(at % 90),
    ticket: String(4711 + at),
    actions:
      state === 'failed'
        ? [
            { verb: 'install', package: 'root-6.32', outcome: 'failed', text: 'no space left on device' },
            { verb: 'install', package: 'zlib-1.3', outcome: 'kept' },
          ]
        : [],
    repairs:
      at % 13 === 0 ? [{ code: 'rebuild-tree', outcome: 'done', text: 'reference counts were rebuilt' }] : [],
  };
}

function packagesAt(sites: readonly SiteStatus[]): readonly PackageStatus[] {
  const all = new Map<string, Map<string, string[]>>();
  for (const site of sites)
    for (const { name, version } of site.packages ?? []) {
      const versions = all.get(name) ?? new Map<string, string[]>();
      const at = versions.get(version) ?? [];
      at.push(site.name);
      all.set(name, versions.set(version, at));
    }
  return [...all].map(([name, versions]) => ({
    name,
    versions: [...versions].map(([version, at]) => ({ version, sites: at })),
  }));
}

function historyOf(state: SiteState, at: number): readonly PastState[] {
  const runs = 24 - (at % 5);
  return Array.from({ length: runs }, (_, run) => {
    const recent = run >= runs - 1 - (at % 9);
    const past: SiteState = at % 17 === 1 && run % 3 === 0 ? 'unreachable' : 'ok';
    return { at: iso((runs - run - 1) * 6), state: recent ? state : past };
  });
}

function flipped(state: SiteState): SiteState {
  return state === 'ok' ? 'unreachable' : 'ok';
}

function iso(hoursAgo: number): string {
  return new Date(NOW - hoursAgo * HOUR).toISOString();
}
