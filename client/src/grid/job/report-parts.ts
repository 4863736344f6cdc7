import { given } from '../given.ts';
import type {
  AreaReport,
  InstalledPackage,
  LockReport,
  PackageAction,
  PkgsrcReport,
  Problem,
  Repair,
  Vulnerability,
} from '../model.ts';
import type { OutputRecord } from './records.ts';
import { codeOf, nameOf, numberOf, oneOf, textOf, truthOf } from './report-values.ts';

/** Longest path that is taken over. */
const PATH = 4096;

/** The area that a record tells of; as of all parts, `undefined` when what matters of it is missing. */
export function areaIn(record: OutputRecord): AreaReport | undefined {
  const path = textOf(record, 'path', PATH);
  if (path === undefined) return undefined;
  return {
    path,
    ...given({
      freeKiB: numberOf(record, 'free'),
      writable: truthOf(record, 'writable'),
      setgid: truthOf(record, 'setgid'),
      groupWritable: truthOf(record, 'groupwritable'),
      group: textOf(record, 'group', 255),
    }),
  };
}

/** The lock that a record tells of. */
export function lockIn(record: OutputRecord): LockReport | undefined {
  const state = oneOf(record, 'state', ['free', 'held', 'stale', 'taken', 'taken-over', 'broken']);
  if (state === undefined) return undefined;
  return {
    state,
    ...given({
      owner: nameOf(record, 'owner'),
      host: textOf(record, 'host', 255),
      pid: textOf(record, 'pid', 20),
      account: textOf(record, 'account', 255),
      job: textOf(record, 'job', 64),
      since: numberOf(record, 'time'),
      silentFor: numberOf(record, 'silent'),
    }),
  };
}

/** The pkgsrc that a record tells of. */
export function pkgsrcIn(record: OutputRecord): PkgsrcReport | undefined {
  const state = oneOf(record, 'state', [
    'absent',
    'present',
    'damaged',
    'outdated',
    'installed',
    'repaired',
    'upgraded',
  ]);
  const prefix = textOf(record, 'prefix', PATH);
  if (state === undefined || prefix === undefined) return undefined;
  return {
    state,
    prefix,
    ...given({ database: textOf(record, 'database', PATH), tools: textOf(record, 'tools', 100) }),
  };
}

/** The installed package that a record tells of. */
export function packageIn(record: OutputRecord): InstalledPackage | undefined {
  const name = nameOf(record, 'name');
  const version = record.values.get('version') === '' ? '' : nameOf(record, 'version');
  if (name === undefined || version === undefined) return undefined;
  return { name, version, automatic: truthOf(record, 'automatic') ?? false };
}

/** The vulnerable package that a record tells of. */
export function vulnerabilityIn(record: OutputRecord): Vulnerability | undefined {
  const name = nameOf(record, 'package');
  if (name === undefined) return undefined;
  return { package: name, type: textOf(record, 'type', 200) ?? '', url: textOf(record, 'url') ?? '' };
}

/** The action that a record tells of. */
export function actionIn(record: OutputRecord): PackageAction | undefined {
  const verb = oneOf(record, 'verb', ['install', 'update', 'remove', 'build']);
  const outcome = oneOf(record, 'outcome', ['done', 'kept', 'planned', 'failed']);
  const name = nameOf(record, 'package');
  if (verb === undefined || outcome === undefined || name === undefined) return undefined;
  return {
    verb,
    package: name,
    outcome,
    ...given({
      from: textOf(record, 'from', 255),
      code: codeOf(record, 'code'),
      text: textOf(record, 'text'),
    }),
  };
}

/** The repair that a record tells of. */
export function repairIn(record: OutputRecord): Repair | undefined {
  const code = codeOf(record, 'code');
  const outcome = oneOf(record, 'outcome', ['done', 'failed', 'planned']);
  if (code === undefined || outcome === undefined) return undefined;
  return {
    code,
    outcome,
    text: textOf(record, 'text') ?? '',
    ...given({ package: textOf(record, 'package', 255) }),
  };
}

/** The problem that a record tells of. */
export function problemIn(record: OutputRecord): Problem | undefined {
  const code = codeOf(record, 'code');
  if (code === undefined) return undefined;
  return { code, text: textOf(record, 'text') ?? '', ...given({ package: textOf(record, 'package', 255) }) };
}
