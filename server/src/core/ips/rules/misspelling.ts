import type { Action, ActionType } from '../lines.ts';
import { hasUnset } from '../macros.ts';
import { nearest } from '../spelling.ts';
import type { Report } from './subject.ts';

/** Attributes of file-system and account actions, for spotting misspelt ones. */
const KNOWN: Readonly<Partial<Record<ActionType, readonly string[]>>> = {
  file: words(
    'path mode owner group preserve preserve-version overlay overlay-attributes original_name release-note must-display revert-tag sysattr restart_fmri refresh_fmri disable_fmri suspend_fmri reboot-needed elfarch elfbits elfhash chash timestamp hash',
  ),
  dir: words(
    'path mode owner group revert-tag salvage-from restart_fmri refresh_fmri disable_fmri suspend_fmri reboot-needed',
  ),
  link: words(
    'path target mediator mediator-version mediator-implementation mediator-priority restart_fmri refresh_fmri disable_fmri suspend_fmri reboot-needed',
  ),
  hardlink: words(
    'path target mediator mediator-version mediator-implementation mediator-priority restart_fmri refresh_fmri disable_fmri suspend_fmri reboot-needed',
  ),
  driver: words(
    'name alias class perms clone_perms policy privs devlink restart_fmri refresh_fmri reboot-needed',
  ),
  group: words('groupname gid'),
  user: words(
    'username group password uid ftpuser gcos-field home-dir login-shell group-list lastchg min max warn inactive expire flag',
  ),
  license: words('license must-accept must-display chash hash'),
};

/** Names that mean something on some action are no slips: `gid` on a user is another mistake than a misspelt `uid`. */
const MEANINGFUL: ReadonlySet<string> = new Set(Object.values(KNOWN).flat());

/** What people write for another name. */
const ALIASES: Readonly<Record<string, string>> = {
  passwd: 'password',
  shell: 'login-shell',
  home: 'home-dir',
  gcos: 'gcos-field',
};

/** An attribute that means nothing, close to one that means something; nobody else would notice. */
export function misspelling(action: Action, report: Report): void {
  const known = KNOWN[action.type] ?? [];
  for (const attribute of action.attributes) {
    const { key, start } = attribute;
    if (key.includes('.') || key === '' || known.includes(key) || hasUnset(key)) continue;
    if (MEANINGFUL.has(key)) continue;
    const meant = known.includes(ALIASES[key] ?? '') ? ALIASES[key] : nearest(key, known);
    if (meant === undefined || attribute.valueStart === start) continue;
    report({
      severity: 'hint',
      message: `${key} means nothing on a ${action.type} action; did you mean ${meant}?`,
      span: { start, end: attribute.valueStart - 1 },
      fix: {
        title: `Rename to ${meant}`,
        edits: [{ span: { start, end: attribute.valueStart - 1 }, text: meant }],
      },
    });
  }
}

function words(text: string): readonly string[] {
  return text.split(' ');
}
