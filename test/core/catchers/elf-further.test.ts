import assert from 'node:assert/strict';
import { elfFromWords } from '../../support/elf.ts';
import { faults, inspect, needs } from '../../support/elf-catches.ts';

/** `p_type`, gABI chapter 5. */
const PT_NULL = 0;
const PT_NOTE = 4;

suite('elf: versions, auditors and notes', () => {
  test('a library is needed with the symbol versions that the file asks of it', () => {
    const words =
      'needed=libc.so.1 needed=libz.so.1 needs=libc.so.1:ILLUMOS_0.36,SUNW_1.22 needs=libx.so.1:X_1';
    const found = inspect(words).dependencies.map(({ what, symbolVersions }) => ({ what, symbolVersions }));
    assert.deepEqual(found, [
      { what: 'libc.so.1', symbolVersions: ['ILLUMOS_0.36', 'SUNW_1.22'] },
      { what: 'libz.so.1', symbolVersions: undefined },
    ]);
  });

  test('every auditor of a list is needed, where the run path looks', () => {
    assert.deepEqual(needs('class=32 audit=a.so.1:/opt/b.so depaudit=c.so.1 runpath=/opt/lib'), [
      'opt/lib/a.so.1 lib/a.so.1 usr/lib/a.so.1 (likely)',
      'opt/b.so (likely)',
      'opt/lib/c.so.1 lib/c.so.1 usr/lib/c.so.1 (likely)',
    ]);
  });

  test('any one of the names in a dlopen note will do', () => {
    const [need] = inspect(
      'class=32 dlopen=[{"soname":["libq.so.2","libq.so.1"],"feature":"quick"}]',
    ).dependencies;
    assert.deepEqual(need?.anyOf, [
      'lib/libq.so.2',
      'usr/lib/libq.so.2',
      'lib/libq.so.1',
      'usr/lib/libq.so.1',
    ]);
    assert.equal(need?.what, 'libq.so.2 or libq.so.1');
    assert.equal(need?.because, 'recommended .note.dlopen libq.so.2 or libq.so.1 for quick');
  });

  for (const [priority, confidence] of [
    ['required', 'likely'],
    ['recommended', 'likely'],
    ['suggested', 'hint'],
  ]) {
    for (const kind of ['', 'endian=big machine=sparcv9', 'class=32 machine=i386']) {
      test(`a ${priority} library is ${confidence} (${kind || 'amd64'})`, () => {
        const [need] = inspect(`dlopen={"soname":"/opt/q.so","priority":"${priority}"} ${kind}`).dependencies;
        assert.deepEqual([need?.anyOf, need?.confidence], [['opt/q.so'], confidence]);
      });
    }
  }

  for (const json of [
    '{',
    '[]',
    '7',
    '{"feature":"x"}',
    '[{"soname":[]}]',
    '{"soname":[7]}',
    '{"soname":""}',
  ]) {
    test(`a dlopen note without libraries is faulty: ${json}`, () => {
      assert.deepEqual(faults(`dlopen=${json} needed=libc.so.1`), [
        'Damaged ELF file: its note .note.dlopen is no JSON that names libraries in "soname"; build or copy it again',
      ]);
      assert.equal(needs(`dlopen=${json} needed=libc.so.1`).length, 1);
    });
  }

  test('what is sound in a dlopen note counts beside what is not', () => {
    const words = 'class=32 dlopen=[{"soname":["a.so"]},{"soname":[]},{"soname":"b.so"}]';
    assert.deepEqual(needs(words), ['lib/a.so usr/lib/a.so (likely)', 'lib/b.so usr/lib/b.so (likely)']);
    assert.equal(faults(words).length, 1);
  });

  test('a dlopen note that was added as a section, outside of all segments', () => {
    for (const words of ['', 'endian=big machine=sparcv9']) {
      const file = elfFromWords(`dlopen={"soname":"/opt/q.so"} ${words}`);
      const view = new DataView(file.buffer, file.byteOffset);
      const little = words === '';
      const start = Number(view.getBigUint64(32, little));
      for (let at = start, left = view.getUint16(56, little); left > 0; left--, at += 56)
        if (view.getUint32(at, little) === PT_NOTE) view.setUint32(at, PT_NULL, little);
      assert.deepEqual(needs(file), ['opt/q.so (likely)'], words);
    }
  });

  test('a note that nests without end is faulty, and no more', () => {
    assert.equal(faults(`dlopen=${'['.repeat(60_000)}`).length, 1);
  });

  test('a relative path in a dlopen note is meant for where the program runs', () => {
    assert.deepEqual(needs('dlopen={"soname":["./plugin.so","plugins/x.so"]}'), []);
    assert.deepEqual(faults('dlopen={"soname":["./plugin.so"]}'), []);
  });
});
