import assert from 'node:assert/strict';
import { searchQuestions, searchRows } from '../../../server/src/core/ips/search-v1.ts';

suite('search/1 of a depot', () => {
  const texts = (need: string, hasContent = false) =>
    searchQuestions(need, hasContent).map(({ text }) => text);

  test('a path is asked for exactly, whatever it is made of', () => {
    assert.deepEqual(texts('usr/lib/libz.so.1'), ['True_2_1000_None_::path:/usr/lib/libz.so.1']);
    assert.deepEqual(texts("opt/it's (a) [b]*"), ['True_2_1000_None_::path:/opt/it?s??a???b??']);
    assert.deepEqual(texts('opt/c:d'), ['True_2_1000_None_::path:/opt/c\\:d']);
    assert.deepEqual(texts('opt/ü'), ['True_2_1000_None_::path:/opt/?']);
  });

  test('a directory that others lie in is asked for as a link or file only', () => {
    assert.deepEqual(texts('usr/lib', true), [
      'True_2_None_None_:file:path:/usr/lib',
      'True_2_None_None_:link:path:/usr/lib',
      'True_2_None_None_:hardlink:path:/usr/lib',
    ]);
  });

  test('names are asked for where they are indexed', () => {
    assert.deepEqual(texts('user:webservd'), ['True_2_None_None_:user:name:webservd']);
    assert.deepEqual(texts('smf:network/ssh:default'), [
      'True_2_None_None_:set:org.opensolaris.smf.fmri:svc\\:/network/ssh\\:default',
      'True_2_None_None_:set:org.opensolaris.smf.fmri:network/ssh\\:default',
    ]);
    assert.deepEqual(texts('java:org/example/Name'), []);
  });

  test('rows are read as the real depot writes them', () => {
    const rows = [
      'Return from search v1',
      '0 2 pkg:/library/libone@1.2.3,5.11-2026.1.0.1:20260101T000400Z path file c5a8487c group=bin path=usr/lib/libone.so.1',
      '1 2 pkg:/test/set-many@1.0,5.11-1:20260101T004200Z Plug-ins%20and%20Run-times set name=a value="b c"',
      '2 1 pkg:/app/editor@1.0,5.11-2026.1.0.1:20260101T001100Z',
      '3 1 pkg://beta-lab/app/editor@9.0,5.11-1:20260101T010200Z',
      '4 2 pkg:/../../etc@1.0,5.11-1:20260101T010200Z path file x path=y',
      '5 1 pkg:/app/editor@../1.0',
      'rubbish',
    ];
    assert.deepEqual(
      searchRows(`${rows.join('\n')}\n`)?.map(({ question, name, action }) => [question, name, action]),
      [
        [0, 'library/libone', 'file c5a8487c group=bin path=usr/lib/libone.so.1'],
        [1, 'test/set-many', 'set name=a value="b c"'],
        [2, 'app/editor', undefined],
        [3, 'app/editor', undefined],
      ],
    );
    assert.deepEqual(searchRows(''), []);
    assert.equal(searchRows('<html>'), undefined);
  });
});
