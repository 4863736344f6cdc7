import assert from 'node:assert/strict';
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Disk } from '../../../server/src/io/disk.ts';
import type { ConfiguredRepository } from '../../../server/src/io/repositories/configured.ts';
import { openRepository } from '../../../server/src/io/repositories/index.ts';
import { ScratchTree } from '../../support/scratch-tree.ts';
import {
  archiveWithIndex,
  type MadeMember,
  packageArchive,
  paxHeader,
  TAR_END,
  tarMember,
} from '../../support/tar.ts';

const signal = new AbortController().signal;
const VERSION = '1.0%2C5.11-1%3A20260101T000000Z';

/** The manifest of a package that delivers `opt/NAME`. */
const manifest = (name: string, publisher = 'here'): MadeMember => ({
  name: `publisher/${publisher}/pkg/${name}/${VERSION}`,
  content: `set name=pkg.fmri value=pkg://${publisher}/${name}@1.0,5.11-1:20260101T000000Z\nfile ${'a'.repeat(40)} path=opt/${name} owner=root group=bin mode=0444\n`,
});
const good = manifest('good');
const member = (one: MadeMember) => ({ name: one.name, bytes: tarMember(one) });
const plain = (...parts: readonly Buffer[]) => Buffer.concat([...parts, TAR_END]);

suite('a package archive', () => {
  let scratch: ScratchTree;
  let opened: ConfiguredRepository[];

  setup(() => {
    scratch = new ScratchTree();
    opened = [];
  });
  teardown(() => {
    for (const one of opened) one.dispose();
    scratch.remove();
  });

  async function open(bytes?: Buffer): Promise<ConfiguredRepository> {
    if (bytes) writeFileSync(scratch.path('a.p5p'), bytes);
    const repository = openRepository({ uri: 'a.p5p' }, scratch.root, {
      disk: new Disk(),
      cacheDirectory: scratch.path('cache'),
      onChange: () => {},
      onProgress: () => {},
    });
    opened.push(repository);
    await repository.refresh(signal);
    return repository;
  }

  const delivered = async (repository: ConfiguredRepository) => {
    const paths = new Set(['opt/good', 'opt/other', 'opt/evil']);
    return (await repository.deliveries(paths, signal)).map(one => one.path).sort();
  };
  const said = (repository: ConfiguredRepository) => repository.faults().map(({ message }) => message);

  const readable: readonly [name: string, bytes: Buffer][] = [
    ['with an index', packageArchive([good, manifest('other')])],
    ['without an index', plain(tarMember(good), tarMember(manifest('other')))],
    [
      'as tar packs a directory',
      plain(
        tarMember({ name: './publisher/', type: '5' }),
        ...[good, manifest('other')].map(one => tarMember({ ...one, name: `./${one.name}` })),
      ),
    ],
    [
      'with names in extended headers',
      plain(
        paxHeader({ mtime: '1.5', path: good.name }),
        tarMember({ ...good, name: 'cut' }),
        tarMember({ name: '././@LongLink', type: 'L', content: `${manifest('other').name}\0` }),
        tarMember({ ...manifest('other'), name: 'cut' }),
      ),
    ],
    [
      'with names in two fields',
      plain(
        tarMember({ ...good, name: VERSION, prefix: 'publisher/here/pkg/good' }),
        tarMember(manifest('other', 'there')),
      ),
    ],
  ];
  for (const [name, bytes] of readable) {
    test(`is read: ${name}`, async () => {
      const repository = await open(bytes);
      assert.deepEqual(said(repository), []);
      assert.deepEqual(await delivered(repository), ['opt/good', 'opt/other']);
    });
  }

  const outside = { name: '../../etc/cron.d/evil', content: 'x' };
  const evil = manifest('evil');
  const hostile: readonly [name: string, bytes: Buffer, fault: RegExp][] = [
    [
      'names that lead out of it',
      packageArchive([outside, good]),
      /has a member with a name that leads out of it/,
    ],
    [
      'an absolute name',
      plain(tarMember({ name: '/etc/passwd' }), tarMember(good)),
      /name that leads out of it.*"\/etc\/passwd"/,
    ],
    [
      'a manifest whose name leads elsewhere',
      plain(tarMember({ ...evil, name: `publisher/here/pkg/..%2F..%2Fetc/${VERSION}` }), tarMember(good)),
      /is no name of a manifest; they are left out/,
    ],
    [
      'a link in place of a manifest',
      packageArchive([{ ...evil, content: '', type: '2', target: '/etc/passwd' }, good]),
      /that should be a file and is a link or device; they are not followed \(first: "publisher\/here\/pkg\/evil/,
    ],
    [
      'a manifest twice',
      packageArchive([{ ...good, content: 'nonsense\n' }, good]),
      /has a member more than once; the last counts/,
    ],
    [
      'an end that is cut off',
      plain(tarMember(good), tarMember(evil)).subarray(0, 1024 + 600),
      /ends in the middle of a member/,
    ],
    ['no mark of its end', tarMember(good), /ends without the mark of its end/],
    [
      'a size beyond its end',
      plain(tarMember(good), tarMember({ ...evil, size: 8 ** 15 })),
      /ends in the middle of a member/,
    ],
    [
      'an extended header of a gigabyte',
      plain(tarMember(good), tarMember({ name: 'p', type: 'x', size: 2 ** 30 }), tarMember(evil)),
      /has an extended header of 1073741824 bytes at byte 1024/,
    ],
    [
      'extended headers without end',
      plain(
        tarMember(good),
        ...Array.from({ length: 50 }, () => paxHeader({ comment: 'x' })),
        tarMember(evil),
      ),
      /more than 8 extended headers/,
    ],
    [
      'a name of a megabyte',
      plain(
        tarMember(good),
        tarMember({ name: 'L', type: 'L', content: `a${'/'.repeat(1_000_000)}..` }),
        tarMember(evil),
      ),
      /has a member with a name that leads out of it/,
    ],
    [
      'a header that is damaged',
      Buffer.concat([tarMember(good), Buffer.alloc(2048, 7)]),
      /has no valid header at byte 1024/,
    ],
    [
      'an index that leaves members out',
      archiveWithIndex([member(good), member(evil)].reverse(), [member(evil)]),
      /has an index that does not agree with its members, and was read without it/,
    ],
    [
      'an index that names members wrongly',
      archiveWithIndex([member(good)], [{ name: evil.name, bytes: tarMember(good) }]),
      /has an index that does not agree/,
    ],
    [
      'an index that is a bomb',
      plain(
        tarMember({ name: 'pkg5.index.0.gz', content: gzipSync(Buffer.alloc(300 * 1024 * 1024)) }),
        tarMember(good),
      ),
      /has an index that does not agree/,
    ],
  ];
  for (const [name, bytes, fault] of hostile) {
    test(`is bounded and told, and what is good in it is used: ${name}`, async () => {
      const before = readdirSync(scratch.root);
      const repository = await open(bytes);
      assert.equal(said(repository).length, 1, said(repository).join('\n'));
      assert.match(said(repository)[0] ?? '', fault);
      assert.match(said(repository)[0] ?? '', /; make it anew with pkgrecv -a$/);
      assert.ok((await delivered(repository)).includes('opt/good'));
      assert.deepEqual(readdirSync(scratch.root).sort(), [...before, 'a.p5p', 'cache'].sort());
    });
  }

  const useless: readonly [name: string, bytes: Buffer, fault: RegExp][] = [
    ['empty', Buffer.alloc(0), /^is no archive with packages: it ends without the mark of its end/],
    [
      'no tar file',
      Buffer.from('PK\x03\x04'.repeat(500)),
      /^is no archive with packages: it has no valid header at byte 0/,
    ],
    [
      'packed once more',
      gzipSync(packageArchive([good])),
      /^is no archive with packages: it is packed with gzip/,
    ],
    ['another tar file', plain(tarMember({ name: 'README' })), /^is no archive with packages; make it anew/],
  ];
  for (const [name, bytes, fault] of useless) {
    test(`is refused when it is ${name}`, async () => {
      const repository = await open(bytes);
      assert.equal(repository.state, 'failed');
      assert.match(said(repository)[0] ?? '', fault);
    });
  }

  test('is read again when it changed, and a link that leads to it counts as it', async () => {
    writeFileSync(scratch.path('real.p5p'), packageArchive([good]));
    symlinkSync('real.p5p', scratch.path('a.p5p'));
    const repository = await open();
    assert.deepEqual(await delivered(repository), ['opt/good']);
    writeFileSync(scratch.path('real.p5p'), packageArchive([manifest('other')]));
    assert.ok(repository.invalidate(scratch.path('a.p5p')));
    await repository.refresh(signal);
    assert.deepEqual(await delivered(repository), ['opt/other']);
  });

  test('gives no content of payload that is a bomb, or another member than the index says', async () => {
    const path = `publisher/here/file/aa/${'a'.repeat(40)}`;
    const contentOf = async (bytes: Buffer) => {
      const repository = await open(bytes);
      const [file] = await repository.deliveries(new Set(['opt/good']), signal);
      const content = file && (await repository.content?.(file, signal));
      return content && Buffer.from(content).toString();
    };
    const payload = (content: Buffer): MadeMember => ({ name: path, content });
    assert.equal(await contentOf(packageArchive([good, payload(gzipSync('fine'))])), 'fine');
    const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
    assert.equal(await contentOf(packageArchive([good, payload(bomb)])), undefined);
    assert.equal(await contentOf(packageArchive([good, payload(Buffer.from('no gzip'))])), undefined);
    const hidden = member({ name: 'other', content: gzipSync('wrong') });
    const lying = archiveWithIndex([member(good), hidden], [member(good), { ...hidden, name: path }]);
    assert.equal(await contentOf(lying), undefined);
  });
});
