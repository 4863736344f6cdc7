/** A manifest of `actions` actions as real ones look: mostly files, some links and directories, few dependencies. */
export function bigManifest(actions: number): { readonly text: string; readonly files: readonly string[] } {
  const lines = [
    '# Generated for measuring.',
    'set name=pkg.fmri value=pkg:/bench/big@1.0,5.11-2026.1',
    'set name=pkg.summary value="A big package"',
    'set name=variant.arch value=i386',
  ];
  const files: string[] = [];
  for (let at = 0; lines.length < actions + 1; at++) {
    const directory = `usr/lib/big/part${Math.floor(at / 40)}`;
    if (at % 40 === 0) lines.push(`dir  path=${directory} owner=root group=bin mode=0755`);
    const name = `${directory}/file-${at}`;
    files.push(name);
    lines.push(
      at % 7 === 0
        ? `file path=${name} owner=root group=bin mode=0555 \\\n    variant.arch=i386`
        : `file path=${name} owner=root group=bin mode=0${at % 3 === 0 ? 555 : 444}`,
    );
    if (at % 20 === 0) lines.push(`link path=${name}.link target=file-${at}`);
    if (at % 200 === 0) lines.push(`depend type=require fmri=pkg:/bench/part-${at}@1.0`);
  }
  return { text: `${lines.join('\n')}\n`, files };
}
