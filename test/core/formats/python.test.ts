import assert from 'node:assert/strict';
import { PYTHON_LIMIT, type PythonImport, readPython } from '../../../server/src/core/formats/python.ts';

/** `1:7 a.b` by one-based line and column, dots for the level, names in brackets, then what it stands in. */
function told({ module, level, names, at, within, guard, late }: PythonImport): string {
  const place = `${at.line + 1}:${at.column + 1}`;
  const list = names ? ` (${names.join(' ')})` : '';
  const where = [within === 'function' ? 'function' : '', guard === 'none' ? '' : guard, late ? 'late' : ''];
  return [place, '.'.repeat(level) + module + list, ...where.filter(Boolean)].join(' ');
}

function importsOf(text: string | Uint8Array): readonly string[] {
  return readPython(bytesOf(text)).imports.map(told);
}

function faultsOf(text: string | Uint8Array, major?: number): readonly string[] {
  return readPython(bytesOf(text), major).faults.map(
    ({ message, at }) => `${at!.line + 1}:${at!.column + 1} ${message}`,
  );
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text;
}

suite('Python: what imports', () => {
  const cases: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    'several, dotted, renamed': ['import os, a . b.c as d', ['1:8 os', '1:12 a.b.c']],
    'names, in brackets over lines': ['from x.y import (a, # why\n  b as c,\n)\n', ['1:6 x.y (a b)']],
    'all names': ['from x import *', ['1:6 x (*)']],
    relative: ['from . import a\nfrom ... b import c', ['1:6 . (a)', '2:6 ...b (c)']],
    'joined by a backslash': ['import \\\n  os\nfrom a \\\r\n import b', ['2:3 os', '3:6 a (b)']],
    'several statements in a line': ['x = 1; import os; y = 2; import re # no', ['1:15 os', '1:33 re']],
    'strings and comments do not': ["'''\nimport a\n'''\n# import b\nx = 'import c'\nimport d", ['6:8 d']],
    'a string goes on in the next line': ["x = 'a\\\nimport b'\nimport c", ['3:8 c']],
    'every kind of line end': [
      'import a\rimport b\r\nimport c\nimport d',
      ['1:8 a', '2:8 b', '3:8 c', '4:8 d'],
    ],
    'nested quotes in an f-string': ["x = f'{d[\"a\"]}{f'{b}'}' ; import a", ['1:34 a']],
    'braces, formats and names in f-strings': [
      'x = f"{{ {a!r:>{w}} \\N{LATIN SMALL LETTER A} {b:%H:%M} }}"\nimport c\ny = rf"\\{d}"\nimport e',
      ['2:8 c', '4:8 e'],
    ],
    'an f-string in three quotes over lines': ["x = f'''{\n a # '''\n}'''\nimport b", ['4:8 b']],
    'a doubled brace opens no field': ['x = f"{{"\nimport a', ['2:8 a']],
    'a t-string': ['x = t"{a["b"]}"\nimport c', ['2:8 c']],
    'a prefix that is the end of a word': ['x = 1 if"{"else 2\nimport a', ['2:8 a']],
    'Python 2': ['print >>f, `x`\nexec "import a" in d\nraise E, "x"\nimport b', ['4:8 b late']],
    'names beyond ASCII, as Python compares them': ['import ﬁle\nx = "é𝕏"; import b', ['1:8 file', '2:19 b']],
    'behind a byte order mark': ['\ufeffimport a', ['1:8 a']],
  };
  for (const [name, [text, expected]] of Object.entries(cases))
    test(name, () => assert.deepEqual(importsOf(text), expected));
});

suite('Python: what an import stands in', () => {
  const cases: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    'functions, also of classes': [
      'class A:\n  import a\n  async def f(self): import b\ndef g():\n  if x:\n    import c',
      ['2:10 a', '3:29 b function', '6:12 c function condition'],
    ],
    'a try that catches a failed import': [
      'try:\n  import a\nexcept (ValueError, ImportError):\n  import b\nelse:\n  import c\nfinally:\n  import d',
      ['2:10 a try', '4:10 b try', '6:10 c try', '8:10 d'],
    ],
    'a try that does not': ['try:\n  import a\nexcept KeyError: import b', ['2:10 a', '3:25 b try']],
    'a bare except, and groups': [
      'try: import a\nexcept: pass\ntry: import b\nexcept* Exception: pass\ntry: import c\nexcept A, ImportError: pass',
      ['1:13 a try', '3:13 b try', '5:13 c try'],
    ],
    'a try within a try': [
      'try:\n  try:\n    import a\n  finally:\n    pass\nexcept ImportError: pass',
      ['3:12 a try'],
    ],
    'for type checkers, and its else': [
      'if typing.TYPE_CHECKING:\n  import a\nelse:\n  import b\nif (not TYPE_CHECKING): import c',
      ['2:10 a type-checking', '4:10 b', '5:32 c'],
    ],
    'the else behind an elif does not always run': [
      'if TYPE_CHECKING: pass\nelif x: pass\nelse: import a',
      ['3:14 a condition'],
    ],
    'conditions of every kind': [
      'if x: import a\nelif y: import b\nelse: import c\nwhile x: import d\nfor y in z: import e\nwith suppress(ImportError): import f\nwith open(x): import g',
      [
        '1:14 a condition',
        '2:16 b condition',
        '3:14 c condition',
        '4:17 d condition',
        '5:20 e condition',
        '6:36 f condition',
        '7:22 g',
      ],
    ],
    'match, and a name that is called so': [
      'match x:\n  case {"a": 1}: import a\n  case _:\n    import b\nmatch = 1; import c\nmatch(x); import d',
      ['2:25 a condition', '4:12 b condition', '5:19 c', '6:18 d'],
    ],
    "colons that are no header's": [
      'if lambda: x: import a\nif (y := {1: 2}[1:2]): import b\nx: int = 3; import c',
      ['1:22 a condition', '2:31 b condition', '3:20 c'],
    ],
    'after the run may have ended': [
      'import a\nif x: sys.exit(1)\nimport b\ndef f(): import c',
      ['1:8 a', '3:8 b late', '4:17 c function'],
    ],
    'not after a handler that ends it': [
      'try:\n  import a\nexcept ImportError:\n  sys.exit(1)\nimport b',
      ['2:10 a try', '5:8 b'],
    ],
  };
  for (const [name, [text, expected]] of Object.entries(cases))
    test(name, () => assert.deepEqual(importsOf(text), expected));
});

suite('Python: encodings', () => {
  test('columns count characters of the encoding that the file declares', () => {
    const text = '# -*- coding: latin-1 -*-\nx = "?"; import a';
    const bytes = bytesOf(text).map(byte => (byte === 0x3f ? 0xe9 : byte));
    assert.deepEqual(importsOf(bytes), ['2:17 a']);
    assert.deepEqual(faultsOf(bytes, 3), []);
  });
  test('the second byte of a Shift JIS character is no backslash', () => {
    const head = bytesOf('# coding: shift_jis\nx = "');
    assert.deepEqual(importsOf(new Uint8Array([...head, 0x95, 0x5c, ...bytesOf('"; import a')])), ['2:17 a']);
  });
  test('bytes that are no UTF-8 are a fault where no encoding is declared', () => {
    const bytes = new Uint8Array([...bytesOf('import a\nx = "é'), 0xff, ...bytesOf('"')]);
    assert.match(faultsOf(bytes)[0] ?? '', /^2:7 The byte 0xff is no UTF-8; save the file in UTF-8/);
    assert.deepEqual(importsOf(bytes), ['1:8 a']);
  });
});

suite('Python: what is wrong', () => {
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    'a string left open': [
      "import a\nx = 'abc\nimport b",
      '2:5 The string is not closed in its line; write the closing quote',
    ],
    'a long string left open': [
      'x = """\nimport a',
      '1:5 The string is never closed; write its three closing quotes',
    ],
    'an f-string left open': [
      'x = f"{a\nimport b',
      '1:6 The string is not closed in its line; write the closing quote',
    ],
    'a bracket left open': ['x = [1,\nimport a', '1:5 "[" is never closed; write its closing bracket'],
    'brackets in the wrong order': [
      'x = ([)]',
      '1:7 ")" cannot close "["; close the brackets in the order in which they were opened',
    ],
    'a bracket that closes nothing': [
      'x = 1)',
      '1:6 ")" closes nothing; take it away, or write the opening one',
    ],
    'no parameter': ['def f(:\n  pass', '1:7 ":" cannot follow "("; write what is missing between them'],
    'no colon': ['if x\n  y = 1', '1:1 The if has no colon; end its line with one'],
    'no body': [
      'def f():\nimport a',
      '2:1 The function before has no body; indent what belongs to it, or write pass',
    ],
    'indented without a reason': [
      'x = 1\n  y = 2',
      '2:3 The line is indented without a reason; indent it like the one before it',
    ],
    'dedented to nowhere': [
      'if x:\n    y = 1\n  z = 2',
      '3:3 The indentation is that of no block around it; indent the line like one of them',
    ],
    'a NUL byte': ['x = "\0"', '1:6 A NUL byte stands in the file, which Python does not read; remove it'],
    'an import without a module': ['import \nx = 1', '1:8 A module name is missing after import; write it'],
    'an import without names': [
      'from a\nx = 1',
      '1:6 The import is not complete; write from MODULE import NAME',
    ],
  };
  for (const [name, [text, expected]] of Object.entries(cases))
    test(name, () => assert.deepEqual(faultsOf(text), [expected]));

  test('what stands behind a mistake is still read', () => {
    assert.deepEqual(importsOf("x = 'abc\nimport a\ny = (1,\nimport b\nif z\nimport c"), [
      '2:8 a',
      '4:8 b',
      '6:8 c',
    ]);
  });
  test('what only Python 2 reads is wrong in a file that Python 3 runs', () => {
    for (const text of ["print 'x'", 'print x', 'exec "x"']) {
      assert.deepEqual(faultsOf(text), []);
      assert.match(faultsOf(text, 3)[0] ?? '', /^1:1 (print|exec) is a function in Python 3/);
    }
    assert.deepEqual(faultsOf('print\nprint (1)\nprint in x\nprint >>f', 3), []);
  });
  test('tabs that mean different things in different widths are wrong in Python 3', () => {
    const text = 'if x:\n\timport a\n        import b';
    assert.deepEqual(faultsOf(text, 2), []);
    assert.match(faultsOf(text, 3)[0] ?? '', /^3:9 Tabs and spaces are mixed/);
  });
});

suite('Python: hostile files', () => {
  const cases: Readonly<Record<string, string>> = {
    'open brackets': '('.repeat(1_000_000),
    'open f-strings': 'f"{'.repeat(500_000),
    'fields in formats': `f"${'{x:'.repeat(500_000)}`,
    'blocks in one line': `${'if x: '.repeat(300_000)}${'import a;'.repeat(300_000)}`,
    handlers: `try:\n import a\n${'except A:\n import b\n'.repeat(150_000)}`,
    branches: `if x:\n pass\n${'elif y:\n import a\n'.repeat(150_000)}`,
  };
  for (const [name, text] of Object.entries(cases))
    test(`${name}: read in time, with one fault at most`, () => {
      const { imports, faults } = readPython(bytesOf(text));
      assert.ok(imports.length <= 20_000);
      assert.ok(faults.length <= 1);
    }).timeout(10_000);

  test('of a file of 50 MB the beginning is read, and that is said', () => {
    const bytes = new Uint8Array(50_000_000).fill(0x20);
    bytes.set(bytesOf('import a\n'));
    bytes.set(bytesOf('\nimport b\n'), PYTHON_LIMIT + 10);
    const { imports, faults } = readPython(bytes);
    assert.deepEqual(imports.map(told), ['1:8 a']);
    assert.equal(faults[0]?.message, 'The file is longer than 16 MiB, and only that much of it is looked at');
  }).timeout(10_000);
});

suite('Python: where modules are looked for', () => {
  test('directories that a file adds by literal strings are known', () => {
    const { changesPath, addedDirectories } = readPython(
      bytesOf(
        'import sys\nsys.path.insert(0, "/opt/x/lib")\nsys.path.append(HERE)\n# sys.path.append("/no")',
      ),
    );
    assert.equal(changesPath, true);
    assert.deepEqual(addedDirectories, ['/opt/x/lib']);
    assert.equal(readPython(bytesOf('print(sys.path)\nx = sys.path[0]')).changesPath, false);
  });
});
