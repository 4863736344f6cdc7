import { joined, normalised, splitPath } from './attributes.ts';
import type { AuthoredAction } from './authored.ts';
import { inDirectories, type NeedRecord, type RecordMaker } from './need-record.ts';

/** The target of a hard link, as `flavor/hardlink.py` finds it. */
export function hardlinkRecord(action: AuthoredAction, maker: RecordMaker): NeedRecord {
  const target = action.attributes.get('target')?.[0] ?? '';
  const [directory] = splitPath(action.attributes.get('path')?.[0] ?? '');
  const path = target.startsWith('/') ? normalised(target) : normalised(joined(directory, target)) || '.';
  const [head, name] = splitPath(path);
  return inDirectories('hardlink', action, [name], [head], maker);
}
