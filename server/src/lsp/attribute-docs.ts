import type { ActionType } from '../core/ips/lines.ts';

/** What an attribute of an action means, in one sentence, `pkg(7)`; `undefined` when it has no fixed meaning. */
export function attributeDocs(type: ActionType, key: string): string | undefined {
  if (key.startsWith('variant.')) return VARIANT;
  if (key.startsWith('facet.')) return FACET;
  return docs[`${type} ${key}`] ?? (Object.hasOwn(docs, key) ? docs[key] : undefined);
}

const VARIANT =
  'the action applies only to images whose variant has this value; on `set`, the values that the package supports';
const FACET = 'the action is installed only where this facet is true; the administrator may switch it';

const docs: Readonly<Record<string, string>> = {
  path: 'where it is installed, relative to the root of the image',
  mode: 'permission bits in octal',
  owner: 'name of the user who owns it',
  group: 'name of the group that owns it',
  alias: 'name that the driver is bound to',
  'set name': 'name of the attribute of the package',
  'set value': 'value of the attribute; may be given several times',
  'depend fmri': 'the package depended on; for require-any and group-any one of several',
  'depend type':
    'require: must be there in this version or newer; require-any: one of several must; conditional: if the predicate is there; optional: if it is there, then so new; incorporate: exactly this line of versions; exclude: must not be there; group: is there unless avoided; origin: must be there before an update; parent: must be in the parent image',
  'depend predicate': 'the package whose presence makes a conditional dependency hold',
  'depend root-image': 'the origin dependency is about the running system, not the image',
  'file preserve':
    'what happens to a changed file on update: true keeps it, renameold and renamenew keep both, legacy renames it',
  'file overlay':
    'allow lets another package deliver the same path, true makes this file the one that replaces it',
  'file original_name': 'the package and path that the file was delivered under before: content moves along',
  'file release-note': 'the file is shown among the release notes',
  'file revert-tag': 'name under which the file can be reverted as a group',
  'file elfarch': 'architecture of the ELF file, set at publication',
  'file pkg.csize': 'size of the compressed content, set at publication',
  'file pkg.size': 'size of the content, set at publication',
  'pkg.depend.bypass-generate': 'patterns of paths that dependency analysis of this file leaves out',
  'pkg.depend.runpath':
    'directories searched for libraries and modules instead of the defaults; $PKGDEPEND_RUNPATH stands for them',
  'pkg.linted': 'true, or names of checks: findings of pkglint are ignored here',
  restart_fmri: 'service that is restarted when the action is installed, updated or removed',
  refresh_fmri: 'service that is refreshed when the action is installed, updated or removed',
  disable_fmri: 'service that is disabled before the action is removed or updated',
  suspend_fmri: 'service that is suspended while the action is updated',
  'reboot-needed': 'true: installing or updating it in a live image is refused',
  'link target': 'where the link points to, as it is written',
  'hardlink target': 'the file that it is another name of',
  mediator: 'name of the choice that the link takes part in',
  'mediator-version': 'version that choosing the link stands for',
  'mediator-implementation': 'implementation that choosing the link stands for',
  'mediator-priority': 'vendor or site: this link is preferred to others of its mediator',
  'license license': 'name of the licence',
  'must-accept': 'true: the user has to accept the licence',
  'must-display': 'true: the licence is shown before installation',
  'user username': 'name of the user',
  'user uid': 'number of the user',
  'user gcos-field': 'full name of the user',
  'user home-dir': 'home directory of the user',
  'user login-shell': 'shell that the user gets',
  'user group-list': 'further groups of the user',
  'user ftpuser': 'whether the user may use FTP',
  'group groupname': 'name of the group',
  'group gid': 'number of the group',
  'driver name': 'name of the driver',
  'driver perms': 'permissions of its device nodes',
  'driver class': 'class of the driver',
  'driver policy': 'security policy of its devices',
  'driver privs': 'privileges that it checks',
};
