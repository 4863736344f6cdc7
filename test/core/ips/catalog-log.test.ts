import assert from 'node:assert/strict';
import { logsBetween, withLogs } from '../../../server/src/core/ips/catalog-log.ts';
import {
  type CatalogState,
  canonicalTexts,
  readCatalogState,
} from '../../../server/src/core/ips/catalog-state.ts';

const BASE = 'catalog.base.C';

function state(lastModified: string, updates: readonly string[], created = 'a'): CatalogState {
  const files = Object.fromEntries(updates.map(name => [name, { 'last-modified': lastModified }]));
  const parts = { [BASE]: { 'last-modified': lastModified } };
  const read = readCatalogState(
    JSON.stringify({ version: 1, created, 'last-modified': lastModified, parts, updates: files }),
  );
  assert.ok(typeof read === 'object');
  return read;
}

suite('Update logs of a catalog', () => {
  const before = state('20261120T101500Z', []);

  test('lead on only where they reach back to the hour of the copy', () => {
    const after = (updates: readonly string[], created?: string) =>
      logsBetween(before, state('20261120T121500Z', updates, created));
    const [ten, eleven, twelve] = ['10', '11', '12'].map(hour => `update.20261120T${hour}Z.C`) as [
      string,
      string,
      string,
    ];
    assert.deepEqual(after([twelve, ten, 'update.20261120T12Z.de']), [ten, twelve]);
    assert.equal(after([eleven, twelve]), undefined);
    assert.equal(after([]), undefined);
    assert.equal(after([ten], 'another'), undefined);
    assert.equal(logsBetween(before, before), undefined);
  });

  const entry = (type: string, version: string, time: string) => ({
    'op-type': type,
    'op-time': time,
    version,
    [BASE]: { version },
  });
  const versionsAfter = (...entries: readonly object[]) => {
    const parts = new Map([[BASE, { p: { a: [{ version: '1.9' }], b: [{ version: '1' }] } }]]);
    const made = withLogs(parts, [{ p: { a: entries } }], before, 'p');
    return made && { ...made, parts: made.parts.get(BASE)?.p };
  };

  test('add and remove versions, each part in the order of versions', () => {
    const made = versionsAfter(
      entry('add', '1.10', '20261120T110000Z'),
      entry('add', '1.2', '20261120T110001Z'),
      entry('remove', '1.9', '20261120T110002Z'),
    );
    assert.deepEqual(made?.parts, { a: [{ version: '1.2' }, { version: '1.10' }], b: [{ version: '1' }] });
    assert.deepEqual(
      made?.added.map(({ version }) => version),
      ['1.10', '1.2'],
    );
  });

  test('what the copy has already is not done again', () => {
    const made = versionsAfter(entry('remove', '1.9', '20261120T101500Z'));
    assert.deepEqual(made?.parts, { a: [{ version: '1.9' }], b: [{ version: '1' }] });
  });

  test('cost no more for one package than for many', () => {
    const entries = Array.from({ length: 5000 }, (_, at) =>
      entry('add', `2.${at}`, `20261120T12${String(at).padStart(4, '0')}Z`),
    );
    const made = versionsAfter(...entries);
    assert.equal((made?.parts as { readonly a: readonly unknown[] } | undefined)?.a.length, 5001);
  });

  test('a log that makes no sense is none', () => {
    assert.equal(versionsAfter(entry('change', '1.9', '20261120T110000Z')), undefined);
    assert.equal(versionsAfter({ version: 7 }), undefined);
  });

  test('signed is what is sorted and without blanks, other characters as they are or escaped', () => {
    assert.deepEqual(canonicalTexts({ b: ['é', 1], a: { d: null, c: '' }, _SIGNATURE: {} }), [
      '{"a":{"c":"","d":null},"b":["é",1]}\n',
      '{"a":{"c":"","d":null},"b":["\\u00e9",1]}\n',
      '{"a":{"c":"","d":null},"b":["\\u00E9",1]}\n',
    ]);
  });
});
