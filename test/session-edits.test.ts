import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRoot, openTree } from '../server/src/io/world.ts';
import { type Checked, Session } from '../server/src/session.ts';
import { randomOf } from './support/random.ts';

/** Manifest lines whose answers depend on one another, on payload, on owners and on the other package. */
const LINES = [
  'file path=opt/app/tool owner=root group=bin mode=0555',
  'file path=opt/app/tool2 owner=app group=staff mode=0555 variant.arch=i386',
  'file opt/app/tool path=usr/bin/alias owner=ghost group=bin mode=0555',
  'file path=opt/app/lib/data owner=root group=app mode=0444',
  'file path=opt/other/plugins/mine owner=app group=app mode=0555',
  'file path=opt/other/plugins/yours mode=0444',
  'file path=opt/other/plugins/ours mode=0444',
  'file path=$(NOWHERE)/x mode=0444',
  'file path=opt/app/absent mode=0444 pkg.depend.bypass-generate=.*',
  'file path=opt/app/gone mode=0444',
  'dir path=opt/app/lib owner=app group=bin mode=0755',
  'dir path=opt/app owner=root group=bin mode=0755',
  'link path=opt/app/link target=lib/data',
  'link path=usr/bin/sh target=../../opt/other/bin/sh',
  'link path=opt/lost target=nowhere/at/all',
  'hardlink path=opt/app/hard target=tool',
  'hardlink path=opt/app/far target=../other/bin/sh',
  'user username=app group=app',
  'group groupname=app',
  'set name=variant.arch value=i386 value=sparc',
  'set name=pkg.depend.bypass-generate value=opt/other/bin/sh',
  'depend type=require fmri=pkg:/other@1',
  'depend type=require fmri=pkg:/none@1',
  'depend type=require fmri=__TBD pkg.debug.depend.file=sh pkg.debug.depend.path=opt/other/bin',
  '# a comment',
];

const SCRAPS = ['x', ' ', '\n', '\\\n', '"', '/', 'variant.arch=sparc ', '#'];

const PAYLOADS = [
  '#!/opt/other/bin/sh\n',
  '#!/usr/bin/sh\n',
  '#!/opt/app/tool2 -x\n',
  '#!/no/such\n',
  'text\n',
];

const OTHER = [
  'file path=opt/other/bin/sh mode=0555',
  'file path=usr/bin/sh mode=0555',
  'dir path=opt/other/plugins owner=root group=bin mode=0755',
  'user username=ghost group=staff',
  'group groupname=staff',
  'link path=opt/other/bin/sh target=ksh',
];

suite('a session in which everything is edited', () => {
  test('says at every step what a new one says', async () => {
    const root = mkdtempSync(join(tmpdir(), 'packwright-edits-'));
    try {
      for (let seed = 1; seed <= 4; seed++) await edited(root, randomOf(seed));
    } finally {
      rmSync(root, { recursive: true });
    }
  }).timeout(60_000);

  test('tells of a directory at the next path in it when the first one goes', async () => {
    const root = mkdtempSync(join(tmpdir(), 'packwright-edits-'));
    writeFileSync(join(root, 'packwright.yaml'), 'proto: [proto]\n');
    mkdirSync(join(root, 'proto/opt'), { recursive: true });
    writeFileSync(join(root, 'other.p5m'), 'set name=pkg.fmri value=other@1\ndir path=opt/plugins\n');
    const session = opened(root);
    const path = join(root, 'mine.p5m');
    const told: (readonly (readonly string[])[])[] = [];
    const head = `set name=pkg.fmri value=mine@1\n${'# more\n'.repeat(20)}`;
    for (const files of ['file path=opt/plugins/a\nfile path=opt/plugins/b\n', 'file path=opt/plugins/b\n']) {
      await session.edit(path, { text: head + files, version: 1 });
      const { findings } = (await session.check(path, new AbortController().signal)) as Checked;
      told.push(findings.filter(one => one.catcher === 'directory').map(one => one.neededBy));
    }
    session.dispose();
    rmSync(root, { recursive: true });
    assert.deepEqual(told, [[['opt/plugins/a']], [['opt/plugins/b']]]);
  });
});

/** Some dozen edits of manifests and payload, on disk and in buffers, with a check after each. */
async function edited(root: string, next: () => number): Promise<void> {
  const pick = (from: readonly string[]) => from[Math.floor(next() * from.length)] ?? '';
  const some = (from: readonly string[], count: number) => Array.from({ length: count }, () => pick(from));
  const [mine, other] = [join(root, 'mine.p5m'), join(root, 'other.p5m')];
  const texts = new Map<string, string>();
  const session = opened(root);
  const write = async (path: string, text: string) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    await session.changed([path]);
  };
  const type = async (path: string, text: string) => {
    texts.set(path, text);
    await session.edit(path, { text, version: texts.size });
  };
  const payload = () =>
    join(root, 'proto/opt', pick(['app/tool', 'app/tool2', 'app/lib/data', 'other/plugins/mine']));
  writeFileSync(join(root, 'packwright.yaml'), 'closed: true\nproto: [proto]\n');
  await write(join(root, 'proto/opt/app/tool'), pick(PAYLOADS));
  await write(other, ['set name=pkg.fmri value=other@1', ...some(OTHER, 4)].join('\n'));
  await write(mine, '');
  await type(mine, ['set name=pkg.fmri value=mine@1', ...some(LINES, 40)].join('\n'));
  for (let edit = 0; edit < 60; edit++) {
    const dice = next();
    if (dice < 0.75)
      await type(
        mine,
        typedInto(texts.get(mine) ?? '', next, () => pick([...SCRAPS, `\n${pick(LINES)}\n`])),
      );
    else if (dice < 0.85) await write(payload(), pick(PAYLOADS));
    else if (dice < 0.93) await type(payload(), pick(PAYLOADS));
    else await write(other, ['set name=pkg.fmri value=other@1', ...some(OTHER, 4)].join('\n'));
    const fresh = opened(root);
    for (const [path, text] of texts) await fresh.edit(path, { text, version: 1 });
    assert.deepEqual(await told(session, mine), await told(fresh, mine), texts.get(mine));
    fresh.dispose();
  }
  session.dispose();
  rmSync(join(root, 'proto'), { recursive: true });
}

function opened(root: string): Session {
  const session = new Session({ findRoot, openTree: (path, buffers) => openTree(path, { buffers }) });
  session.setFolders([root]);
  return session;
}

/** Everything that a check says, as plain values. */
async function told(session: Session, path: string): Promise<unknown> {
  const checked = (await session.check(path, new AbortController().signal)) as Checked;
  const verdicts = checked.verdicts.map(({ file, ...verdict }) => ({
    ...verdict,
    proof: verdict.proof,
    at: [file.path, file.span, file.action],
  }));
  const { findings, resolutions } = checked;
  return JSON.parse(JSON.stringify({ findings, resolutions, verdicts }));
}

/** The text without a line, or with something typed into it. */
function typedInto(text: string, next: () => number, put: () => string): string {
  const lines = text.split('\n');
  if (next() < 0.3) return lines.toSpliced(Math.floor(next() * lines.length), 1).join('\n');
  const start = Math.floor(next() * (text.length + 1));
  const end = next() < 0.6 ? start : Math.min(text.length, start + Math.floor(next() * 20));
  return text.slice(0, start) + (next() < 0.2 ? '' : put()) + text.slice(end);
}
