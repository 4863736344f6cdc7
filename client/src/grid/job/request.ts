import type {
  JobMaterial,
  JobRecord,
  NewestPackage,
  PlannedPackage,
  Site,
  VulnerabilityList,
} from '../model.ts';

/**
 * The lines of a job's request (`docs/site-job.md`), or the sentence that says why a value cannot be
 * written there. Those of a list of vulnerabilities are one text.
 */
export function requestLines(
  { id, nonce, site, request }: JobRecord,
  material: JobMaterial,
): readonly string[] | string {
  if (request.verb === 'unlock' && request.lockOwner === undefined)
    return 'The job cannot break a lock without its owner: look at the lock first';
  const entries: Entry[] = [
    ['version', '1'],
    ['nonce', hexadecimal(nonce)],
    ['id', hexadecimal(id)],
    ['vo', word(site.vo)],
    ['site', word(site.name)],
    ['verb', word(request.verb)],
    ['dry-run', request.dryRun ? 'yes' : 'no'],
    ...siteEntries(site),
    ...material.endedJobs.map((job): Entry => ['ended-job', hexadecimal(job)]),
    ['break-lock', request.lockOwner === undefined ? undefined : word(request.lockOwner)],
    ...request.packages.map((pattern): Entry => ['pattern', word(pattern)]),
    ...site.packages.map((pattern): Entry => ['want', word(pattern)]),
    ...material.plan.map((one): Entry => ['plan', planned(one)]),
    ...material.newest.map((one): Entry => ['newest', newest(one)]),
    ...vulnerabilityEntries(material.vulnerabilities),
  ];
  const lines: string[] = [];
  for (const [key, value] of entries) {
    if (value === undefined) continue;
    if (typeof value !== 'string') return `The job cannot carry ${NAMES[key] ?? `"${key}"`}: ${value.fault}`;
    lines.push(`${key} ${value}`);
  }
  const { vulnerabilities } = material;
  return vulnerabilities.kind === 'sent' ? [...lines, ...listBlock(vulnerabilities.text)] : lines;
}

type Value = string | { readonly fault: string };
type Entry = readonly [key: string, value: Value | undefined];

const NAMES: Readonly<Record<string, string>> = {
  plan: 'a package of the plan',
  newest: 'a package of the repository',
  'mk-conf': 'the fragment of mk.conf',
};

function siteEntries(site: Site): readonly Entry[] {
  const { area, prefix, group, kit, bootstrap, repository, build } = site;
  return [
    ['area', optional(area, path)],
    ['prefix', optional(prefix, path)],
    ['group', optional(group, word)],
    ['minimum-free', whole(site.minimumFreeMiB)],
    ['lock-wait', whole(site.lockWaitSeconds)],
    ['kit', kit && words([kit.url, kit.sha256])],
    ['bootstrap', bootstrap && words([bootstrap.url, bootstrap.sha256, ...bootstrap.command.map(encoded)])],
    ['repository', repository && word(repository.url)],
    ['tree', build && path(build.tree)],
    ...optionLines(build?.mkConf),
  ];
}

/** Blank lines stay: one ends a line that goes on. */
function optionLines(mkConf: string | undefined): readonly Entry[] {
  const text = (mkConf ?? '').trimEnd();
  if (text === '') return [];
  return text
    .split('\n')
    .map((one): Entry => ['mk-conf', rest(one.replace(/\r$/, '').replaceAll('\t', ' '))]);
}

function planned({ wanted, patterns, ...file }: PlannedPackage): Value {
  return packageWords(file, [wanted ? 'yes' : 'no', ...patterns]);
}

function newest({ dependencies, ...file }: NewestPackage): Value {
  return packageWords(file, dependencies);
}

/** A repository may say anything of its packages: nothing of it may leave the repository or become an option. */
function packageWords(
  { pkgname, file, size, sha256, pkgpath }: Omit<NewestPackage, 'dependencies'>,
  more: readonly string[],
): Value {
  if (/(^|\/)\.\.(\/|$)|^\//.test(file)) return { fault: 'its file is outside of the repository' };
  if (!/^[A-Za-z0-9_][^/]*$/.test(pkgname)) return { fault: 'its name is none' };
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) return { fault: 'its SHA-256 is none' };
  if ([file, ...more].some(one => one.startsWith('-'))) return { fault: 'a word of it begins with "-"' };
  const number = size === undefined ? '-' : whole(size);
  if (typeof number !== 'string') return number;
  return words([pkgname, file, number, sha256 ?? '-', pkgpath ?? '-', ...more]);
}

function vulnerabilityEntries(list: VulnerabilityList): readonly Entry[] {
  switch (list.kind) {
    case 'sent':
      return [['vulnerabilities', 'sent']];
    case 'site':
      return [['vulnerabilities', words(['site', list.url, list.sha256 ?? '-'])]];
    case 'error':
      return [['vulnerabilities', `error ${sentence(list.text)}`]];
    default:
      return [['vulnerabilities', 'none']];
  }
}

/** The last list: all jobs of a run are sent the same one, of tens of thousands of lines. */
let last = { text: '', block: [] as readonly string[] };

/** All lines of a list as one text, since they are many; none when there are none. */
function listBlock(text: string): readonly string[] {
  if (last.text !== text) {
    const lines = listLines(text).map(one => `v ${one}`);
    last = { text, block: lines.length === 0 ? [] : [lines.join('\n')] };
  }
  return last.block;
}

/**
 * The entries of the list, `PATTERN TYPE URL`, and its format. Comments, checksums and signatures are left
 * out: they hold for the bytes that were fetched, and were verified there.
 */
function listLines(text: string): readonly string[] {
  const signature = text.indexOf('\n-----BEGIN PGP SIGNATURE');
  return text
    .slice(0, signature < 0 ? undefined : signature)
    .split('\n')
    .map(one => one.replace(/[^\x21-\x7e]+/g, ' ').trim())
    .filter(one => /^#FORMAT |^[^#\s]\S* \S+ \S+$/.test(one) && one.length <= LONGEST);
}

/** Longest value, in UTF-16 units. */
const LONGEST = 8192;

function optional(value: string | undefined, check: (text: string) => Value): Value | undefined {
  return value === undefined ? undefined : check(value);
}

function word(text: string): Value {
  return text.startsWith('-') ? { fault: 'it begins with "-"' } : words([text]);
}

/** Words with one space between: none is empty, all of printing ASCII. */
function words(list: readonly string[]): Value {
  if (list.some(one => one === '')) return { fault: 'a word of it is empty' };
  if (list.some(one => /[^!-~]/.test(one)))
    return { fault: 'it has white space, a control character or a letter that is not ASCII in it' };
  return rest(list.join(' '));
}

/** A value to the end of the line. */
function rest(text: string): Value {
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) return { fault: 'it has a control character in it' };
  if (!text.isWellFormed()) return { fault: 'it is no valid Unicode' };
  return text.length > LONGEST ? { fault: `it is longer than ${LONGEST} characters` } : text;
}

function path(text: string): Value {
  if (!text.startsWith('/')) return { fault: 'it is no absolute path' };
  return /(^|\/)\.\.(\/|$)/.test(text) ? { fault: 'it has ".." in it' } : rest(text);
}

function hexadecimal(text: string): Value {
  return /^[0-9a-f]{32}$/.test(text) ? text : { fault: 'it is not 32 hexadecimal digits' };
}

function whole(number: number): Value {
  return Number.isSafeInteger(number) && number >= 0 ? String(number) : { fault: 'it is no whole number' };
}

/** An argument as one word: a space is `%20`, and `%` is `%25`. */
function encoded(argument: string): string {
  return argument.replaceAll('%', '%25').replaceAll(' ', '%20');
}

function sentence(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .toWellFormed()
    .trim()
    .slice(0, 500);
}
