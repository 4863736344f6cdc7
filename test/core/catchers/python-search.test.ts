import assert from 'node:assert/strict';
import { python } from '../../../server/src/core/catchers/python.ts';
import { caught, payload } from '../../support/payload.ts';

function told(text: string, path: string, mode = 0o555): readonly string[] {
  const { dependencies } = caught(python, payload(text, { path, mode }));
  return dependencies.map(({ confidence, what }) => `${confidence} ${what}`);
}

function placesOf(text: string, path: string): readonly string[] {
  return caught(python, payload(text, { path })).dependencies[0]?.anyOf ?? [];
}

suite('python: where is looked', () => {
  test('a script of Python 2 has candidates, whichever file of that version came before', () => {
    for (const line of ['#!/usr/bin/python2.7', '#!/usr/bin/python2'])
      assert.ok(
        placesOf(`${line}\nimport a`, 'usr/odd/x').includes('usr/lib/python2.7/site-packages/a.py'),
        line,
      );
  });

  test('Python without the global lock has directories and suffixes of its own', () => {
    const [first, ...more] = [
      placesOf('#!/usr/bin/python3.13t\nimport a', 'usr/bin/x'),
      placesOf('import a', 'usr/lib/python3.13t/site-packages/b.py'),
    ];
    for (const places of [first ?? [], ...more]) {
      assert.ok(places.includes('usr/lib/python3.13t/site-packages/a.cpython-313t-x86_64-pc-solaris2.so'));
      assert.ok(!places.some(path => path.includes('python3.13/') || path.includes('abi3')));
    }
    assert.deepEqual(told('#!/usr/bin/python3.13t\nimport a', 'usr/bin/x'), ['certain a']);
  });

  test('nothing is certain where env chooses the interpreter', () => {
    const text = 'import a';
    assert.deepEqual(told(`#!/usr/bin/env python3.12\n${text}`, 'usr/bin/x'), ['likely a']);
    assert.deepEqual(told(`#!/usr/bin/env /usr/bin/python3.12\n${text}`, 'usr/bin/x'), ['certain a']);
    assert.deepEqual(told(`#!/usr/bin/python3.12\n${text}`, 'usr/bin/x'), ['certain a']);
  });
});

suite('python: modules without a file', () => {
  test('are those that another one makes when it is imported', () => {
    for (const [text, what] of [
      ['from six.moves import urllib', 'six'],
      ['import six.moves.urllib.parse', 'six'],
      ['from django.utils.six.moves.urllib import x', 'django.utils.six'],
      ['import requests.packages.urllib3.util', 'requests.packages'],
      ['import pkg_resources.extern.packaging', 'pkg_resources.extern'],
      ['import gi.repository.Gtk', 'gi.repository'],
      ['from typing.io import TextIO', 'typing'],
      ['import py.path', 'py'],
      ['import sixth.moves', 'sixth.moves'],
      ['from requests.packages import urllib3', 'requests.packages'],
    ] as const)
      assert.equal(told(`#!/usr/bin/python3.11\n${text}`, 'usr/bin/x')[0], `certain ${what}`, text);
    const path = 'usr/lib/python3.11/site-packages/app/a.py';
    assert.deepEqual(told('from .six.moves import x', path), ['likely .six']);
  });

  test('their maker is looked for as any module is', () => {
    const places = placesOf('#!/usr/bin/python3.11\nfrom six.moves import range', 'usr/bin/x');
    assert.ok(places.includes('usr/lib/python3.11/vendor-packages/six.py'));
    assert.ok(!places.some(path => path.includes('moves') || path.includes('six/range')));
  });
});

suite('python: what may do without an import', () => {
  const confidenceIn = (text: string) =>
    told(`#!/usr/bin/python3.12\n${text}`, 'usr/bin/x').find(one => one.endsWith(' wanted'));

  test('a with is no certainty, unless its manager lets errors through', () => {
    assert.equal(confidenceIn('with try_import() as _:\n  import wanted\n'), 'likely wanted');
    assert.equal(confidenceIn('with pytest.raises(ImportError):\n  import wanted\n'), 'hint wanted');
    assert.equal(confidenceIn('with warnings.catch_warnings():\n  import wanted\n'), 'certain wanted');
    assert.equal(confidenceIn('with open("x") as f, ignored():\n  import wanted\n'), 'likely wanted');
  });

  test('a handler of names that are no class may catch an ImportError', () => {
    for (const handler of [
      'errors',
      'IMPORT_ERRORS',
      '(KeyError, _absent)',
      'MyImportErrors as e',
      'absent, e',
    ])
      assert.equal(
        confidenceIn(`try:\n  import wanted\nexcept ${handler}:\n  pass\n`),
        'hint wanted',
        handler,
      );
    for (const handler of [
      'KeyError',
      'KeyError as error',
      'ValueError, e',
      '(OSError, socket.error)',
      'my.Error',
    ])
      assert.equal(
        confidenceIn(`try:\n  import wanted\nexcept ${handler}:\n  pass\n`),
        'certain wanted',
        handler,
      );
  });

  test('what runs when the file is the program is needed by an executable script, and by nobody else', () => {
    const text = 'if __name__ == "__main__":\n  import wanted\n';
    assert.equal(confidenceIn(text), 'certain wanted');
    assert.equal(confidenceIn(`if (__name__ == '__main__'):\n  if x:\n    import wanted\n`), 'hint wanted');
    assert.equal(confidenceIn(`if x:\n  ${text.replace('  ', '    ')}`), 'hint wanted');
    assert.equal(confidenceIn(`${text}else:\n  import other\n`), 'certain wanted');
    const module = 'usr/lib/python3.12/site-packages/app.py';
    assert.deepEqual(told(text, module, 0o444), ['hint wanted']);
    assert.deepEqual(told(`#!/usr/bin/python3.12\n${text}`, 'usr/bin/x', 0o444), ['hint wanted']);
  });

  test('the path of sys is changed under its own name too', () => {
    assert.equal(confidenceIn('from sys import path\npath.append(x)\nimport wanted\n'), 'hint wanted');
  });
});
