import type { RepositorySettings, Settings } from '../core/tree.ts';

/** What of an editor's settings can be used; what has another shape is left to `packwright.yaml`. */
export function overridesOf(settings: unknown): Partial<Settings> {
  if (!isRecord(settings)) return {};
  const { proto, macros, repositories, closed, offline, policy, catchers } = settings;
  const { incorporation, publishers, unlocked } = settings;
  const { transitive, generated } = isRecord(policy) ? policy : {};
  const rules = {
    ...((transitive === 'closure' || transitive === 'direct') && { transitive }),
    ...(isTexts(generated) && { generated }),
  };
  return {
    ...(isTexts(proto) && { proto }),
    ...(isRecordOf(macros, isText) && { macros }),
    ...(Array.isArray(repositories) && repositories.every(isRepository) && { repositories }),
    ...(typeof closed === 'boolean' && { closed }),
    ...(typeof offline === 'boolean' && { offline }),
    // One half may be missing: the file's, or the usual one, then counts.
    ...(Object.keys(rules).length > 0 && { policy: rules as Settings['policy'] }),
    ...(isRecordOf(catchers, isSwitch) && { catchers }),
    ...(isTexts(incorporation) && { incorporation }),
    ...(isTexts(publishers) && { publishers }),
    ...(isTexts(unlocked) && { unlocked }),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecordOf<T>(value: unknown, fits: (one: unknown) => one is T): value is Record<string, T> {
  return isRecord(value) && Object.values(value).every(fits);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

function isSwitch(value: unknown): value is 'on' | 'off' {
  return value === 'on' || value === 'off';
}

function isRepository(value: unknown): value is RepositorySettings {
  if (!isRecord(value) || !isText(value.uri)) return false;
  const { mirrors, caFile } = value;
  return (mirrors === undefined || isTexts(mirrors)) && (caFile === undefined || isText(caFile));
}
