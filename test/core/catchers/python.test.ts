import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { python } from '../../../server/src/core/catchers/python.ts';
import { moduleFiles, pythonDirectories } from '../../../server/src/core/catchers/python-paths.ts';
import type { ImplicitDependency } from '../../../server/src/core/model.ts';
import { checks } from '../../support/check.ts';
import { caught, DEFAULT_OPTIONS, payload } from '../../support/payload.ts';

const SCRIPT = 'usr/bin/x';
const MODULE = 'usr/lib/python3.11/vendor-packages/app/part.py';
const LIBRARY = 'usr/lib/python3.11';

function needsOf(
  text: string,
  options: { readonly path?: string; readonly mode?: number; readonly runPath?: string } = {},
): readonly ImplicitDependency[] {
  return caught(python, payload(text, options)).dependencies;
}

/** `certain os`, with `?` where nothing is said when nobody delivers it. */
function told({ confidence, what, unmet }: ImplicitDependency): string {
  return `${confidence} ${what}${unmet === 'nothing' ? '?' : ''}`;
}

function surely(text: string, path: string, mode = 0o444): readonly string[] {
  return needsOf(text, { path, mode }).map(told);
}

suite('python: which files, and which version', () => {
  test('files by name or first line, executable or not, and no others', () => {
    for (const [path, text, mode] of [
      ['usr/lib/python3.9/site-packages/a.py', 'import os', 0o444],
      ['usr/bin/x', '#!/usr/bin/python3.9\nimport os', 0o444],
      ['usr/bin/x', '#! /usr/bin/env -S python3.9 -s\nimport os', 0o555],
      ['opt/y/a.py', '#!/opt/y/bin/python3.9 -s\nimport os', 0o555],
    ] as const)
      assert.equal(needsOf(text, { path, mode }).length, 1, text);
    assert.deepEqual(needsOf('#!/bin/sh\nimport os', { path: 'usr/bin/x' }), []);
    assert.deepEqual(needsOf('#!/bin/sh\nimport os', { path: 'usr/bin/x.py' }), []);
    assert.deepEqual(needsOf('import os', { path: 'usr/bin/x' }), []);
  });

  test('the version decides where is looked, and the suffix of extension modules', () => {
    const [found] = needsOf('#!/opt/ooce/bin/python3.12\nimport a');
    for (const path of [
      'usr/bin/a.py',
      'opt/ooce/lib/python3.12/site-packages/a/__init__.py',
      'opt/ooce/lib/python3.12/lib-dynload/a.cpython-312-x86_64-pc-solaris2.so',
      'opt/ooce/lib/python3.12/vendor-packages/a.cpython-312.so',
      'opt/ooce/lib/python3.12/site-packages/64/a.abi3.so',
    ])
      assert.ok(found?.anyOf.includes(path), path);
    assert.ok(!found?.anyOf.some(path => path.startsWith('usr/lib')));
  });

  test('without a version every need is a hint, for each version that there is', () => {
    const [found] = needsOf('#!/usr/bin/env python3\nimport a');
    assert.equal(found?.confidence, 'hint');
    for (const minor of [9, 10, 11, 12, 13, 14])
      assert.ok(found?.anyOf.includes(`usr/lib/python3.${minor}/site-packages/a.py`), `3.${minor}`);
    assert.ok(!found?.anyOf.some(path => path.includes('python2.7')));
  });

  test('a first line for another version than that of the directory is a fault', () => {
    const { faults } = caught(python, payload('#!/usr/bin/python3.9\n', { path: MODULE }));
    assert.match(
      faults[0]?.message ?? '',
      /^The first line runs Python 3.9, but the file is installed for Python 3.11/,
    );
  });

  test('pkg.depend.runpath replaces the directories, and its token stands for them', () => {
    const text = '#!/usr/bin/python3.11\nimport a';
    const [only] = needsOf(text, { runPath: '/opt/z:$ORIGIN/../lib' });
    assert.ok(
      only?.anyOf.every(path => /^(?:opt\/z|usr\/lib)\/(?:64\/)?a\W/.test(path)),
      only?.anyOf.join(' '),
    );
    const [both] = needsOf(text, { runPath: '/opt/z:$PKGDEPEND_RUNPATH' });
    assert.equal(both?.anyOf[0], 'opt/z/a/__init__.py');
    assert.ok(both?.anyOf.includes(`${LIBRARY}/a.py`));
  });
});

suite('python: how sure', () => {
  const shebang = '#!/usr/bin/python3.11\n';
  test('what runs whenever a program starts or a package is imported is certain', () => {
    assert.deepEqual(surely(`${shebang}import requests`, SCRIPT, 0o555), ['certain requests']);
    const packages = `${LIBRARY}/site-packages`;
    assert.deepEqual(surely('import requests', `${packages}/app/__init__.py`), ['certain requests']);
    assert.deepEqual(surely('import requests', `${packages}/app.py`), ['certain requests']);
  });
  test('what may never run is not', () => {
    assert.deepEqual(surely('import requests', MODULE), ['likely requests']);
    assert.deepEqual(surely(`${shebang}import requests`, SCRIPT, 0o444), ['likely requests']);
    assert.deepEqual(surely(`${shebang}def f(): import requests`, SCRIPT, 0o555), ['likely requests']);
    assert.deepEqual(surely(`${shebang}if x: exit()\nimport requests`, SCRIPT, 0o555), ['likely requests']);
    assert.deepEqual(surely(`${shebang}import requests\nx = (`, SCRIPT, 0o555), ['likely requests']);
    for (const path of [`${LIBRARY}/site-packages/app/tests/x.py`, `${LIBRARY}/site-packages/conftest.py`])
      assert.deepEqual(surely('import pytest', path), ['hint pytest?']);
  });
  test('a program may be called demo or test, and lies aside only in a directory of that name', () => {
    const text = '#!/usr/bin/python3.11\nimport os\n';
    assert.deepEqual(surely(text, 'usr/bin/demo', 0o555), ['certain os']);
    assert.deepEqual(surely(text, 'usr/bin/tests', 0o555), ['certain os']);
    assert.deepEqual(surely(text, 'usr/share/x/demo/y', 0o555), ['hint os?']);
  });

  test('what a guard allows to fail is a hint, unless the module is imported without one too', () => {
    const text = 'try:\n  import simplejson as json\nexcept ImportError:\n  import json\nif x: import y';
    assert.deepEqual(surely(shebang + text, SCRIPT, 0o555), ['hint simplejson?', 'hint json?', 'hint y?']);
    assert.deepEqual(surely(`${shebang}${text}\nimport json`, SCRIPT, 0o555), [
      'hint simplejson?',
      'certain json',
      'hint y?',
    ]);
  });
  test('modules of other systems are hints, and those of the interpreter nothing', () => {
    const text = 'from __future__ import x\nimport sys, time, builtins, winreg, os.path';
    assert.deepEqual(surely(shebang + text, SCRIPT, 0o555), ['hint winreg?', 'certain os']);
  });
  test('an extension module of the library may be compiled into the interpreter', () => {
    const [found] = needsOf(`${shebang}import math`);
    assert.equal(found?.anyOf.at(-1), `${LIBRARY}/os.py`);
  });
  test('a file that changes sys.path may find other modules than those of the library anywhere', () => {
    const text = 'import sys, os\nsys.path.insert(0, "/opt/app/lib")\nimport app';
    const needs = needsOf(shebang + text);
    assert.deepEqual(needs.map(told), ['certain os', 'hint app?']);
    assert.ok(needs[1]?.anyOf.includes('opt/app/lib/app.py'));
  });
});

suite('python: what is needed', () => {
  test('of a dotted name the module, and the packages around it where they have a file', () => {
    const needs = needsOf('#!/usr/bin/python3.11\nimport a.b.c');
    assert.deepEqual(needs.map(told), ['certain a.b.c', 'likely a?', 'likely a.b?']);
    assert.ok(needs[0]?.anyOf.includes(`${LIBRARY}/site-packages/a/b/c.py`));
    assert.ok(needs[2]?.anyOf.includes(`${LIBRARY}/site-packages/a/b/__init__.py`));
    assert.ok(!needs[2]?.anyOf.includes(`${LIBRARY}/site-packages/a/b.py`));
  });
  test('of a namespace package a module of it will do', () => {
    const [found] = needsOf('#!/usr/bin/python3.11\nfrom ruamel import yaml');
    assert.ok(found?.anyOf.includes(`${LIBRARY}/vendor-packages/ruamel/yaml/__init__.py`));
  });
  test('relative imports are looked for in the package, and none beyond it', () => {
    const needs = needsOf('from .a import B\nfrom . import c\nfrom .. import d\n', { path: MODULE });
    const app = `${LIBRARY}/vendor-packages/app`;
    assert.deepEqual(needs.map(told), ['likely .a', 'hint .?']);
    assert.ok(needs[0]?.anyOf.includes(`${app}/a.py`));
    assert.deepEqual(needs[1]?.anyOf, [`${app}/__init__.py`, `${app}/c/__init__.py`, `${app}/c.py`]);
  });
  test('modules of Python 3 are not looked for in their own directory, scripts and Python 2 are', () => {
    const own = (path: string, text: string) =>
      needsOf(text, { path })[0]?.anyOf.some(one => one === `${path.replace(/[^/]*$/, '')}a.py`);
    assert.equal(own(MODULE, 'import a'), false);
    assert.equal(own(MODULE, '#!/usr/bin/python3.11\nimport a'), true);
    assert.equal(own('usr/lib/python2.7/site-packages/app/x.py', 'import a'), true);
    assert.equal(own('usr/lib/app/x.py', 'import a'), true);
  });
  test('the proof tells the statement, its place and what it stands in', () => {
    const [found] = needsOf('#!/usr/bin/python3.11\ndef f():\n  from a.b import c\n');
    assert.equal(found?.because, 'from a.b import c, in a function');
    assert.deepEqual(found?.at, { line: 2, column: 7, endLine: 2, endColumn: 10 });
  });
  test('files with the same import share their candidates', () => {
    const [one] = needsOf('import a', { path: MODULE });
    const [other] = needsOf('x = 1\nimport a', { path: MODULE.replace('part', 'other') });
    assert.equal(one?.anyOf, other?.anyOf);
  });
});

suite('python: metadata of distributions', () => {
  const path = `${LIBRARY}/vendor-packages/x-1.0.dist-info/METADATA`;
  test('what is required is needed under the name that is imported', () => {
    const text =
      'Name: x\nRequires-Dist: PyYAML>=3\nRequires-Dist: foo-bar\nRequires-Dist: pywin32; sys_platform == "win32"\n';
    const needs = needsOf(text, { path, mode: 0o444 });
    assert.deepEqual(needs.map(told), ['likely PyYAML', 'likely foo-bar?']);
    assert.ok(needs[0]?.anyOf.includes(`${LIBRARY}/site-packages/yaml/__init__.py`));
    assert.ok(needs[1]?.anyOf.includes(`${LIBRARY}/vendor-packages/foo_bar.py`));
    assert.equal(needs[0]?.because, 'Requires-Dist: PyYAML>=3');
  });
  test('nothing is said where no version is known', () => {
    assert.deepEqual(needsOf('Requires-Dist: six\n', { path: 'usr/share/x.egg-info/PKG-INFO' }), []);
  });
});

suite('python: findings', () => {
  test('a module that another package delivers is undeclared, and its packages are the same finding', () =>
    checks(`
-- manifest --
file path=usr/bin/get mode=0555
# ^^^^ undeclared: needs http.adapters, http, which library/python/http-311 delivers
depend type=require fmri=runtime/python-311
-- proto/usr/bin/get --
#!/usr/bin/python3.11
import os, sys, math
import http.adapters
try:
    import chardet
except ImportError:
    chardet = None
-- repo/runtime/python-311@3.11 --
file path=usr/bin/python3.11
file path=usr/lib/python3.11/os.py
-- repo/library/python/http-311@2 --
file path=usr/lib/python3.11/vendor-packages/http/__init__.py
file path=usr/lib/python3.11/vendor-packages/http/adapters.py
`));

  test('a module that nobody delivers is not taken for any package of the same file name', () =>
    checks(`
-- manifest --
file path=usr/bin/get mode=0555
# ^^^^ undelivered: needs absent, which no known package delivers
file path=usr/lib/python3.11/vendor-packages/app/__init__.py
depend type=require fmri=runtime/python-311
-- proto/usr/bin/get --
#!/usr/bin/python3.11
import absent
-- proto/usr/lib/python3.11/vendor-packages/app/__init__.py --
# nothing
-- repo/runtime/python-311@3.11 --
file path=usr/bin/python3.11
`));

  test('modules of the package itself need nobody, scripts of its own directory included', () =>
    checks(`
-- manifest --
file path=usr/lib/app/main mode=0555
file path=usr/lib/app/part.py mode=0444
file path=usr/lib/python3.11/site-packages/app/__init__.py mode=0444
file path=usr/lib/python3.11/site-packages/app/core.py mode=0444
depend type=require fmri=runtime/python-311
-- proto/usr/lib/app/main --
#!/usr/bin/python3.11
import part
-- proto/usr/lib/app/part.py --
x = 1
-- proto/usr/lib/python3.11/site-packages/app/__init__.py --
from . import core
from .core import x
import app.core
-- proto/usr/lib/python3.11/site-packages/app/core.py --
x = 1
-- repo/runtime/python-311@3.11 --
file path=usr/bin/python3.11
`));
});

/** What `pkgdepend generate` recorded, beside our candidates for the same module. */
suite('python beside pkgdepend generate', () => {
  const data = join(process.cwd(), 'test/data/ips');
  /** Ours beside: the suffix of builds without a triplet. */
  const bare = /\.cpython-311\.so$/;

  for (const [name, file] of [
    ['python-conditional-imports', 'usr/bin/a'],
    ['python-syntax-error', 'usr/bin/ok'],
    ['python-version-not-installed', 'usr/bin/b'],
  ] as const)
    test(`${name}: every module that it knows, with all its candidates`, () => {
      const expected = recorded(join(data, name, 'expected.generate'), file);
      assert.ok(expected.size > 0);
      const needs = needsOf(readFileSync(join(data, name, 'proto', file), 'utf8'), { path: file });
      const ours = new Set(
        needs.map(need =>
          [...need.anyOf]
            .filter(path => !bare.test(path))
            .sort()
            .join(' '),
        ),
      );
      for (const one of expected) assert.ok(ours.has(one), one);
    });

  test('names and directories are those that it writes', () => {
    const version = { major: 3, minor: 11 };
    assert.deepEqual(moduleFiles('a', false, version), [
      'a.py',
      'a.pyc',
      'a.pyo',
      'a/__init__.py',
      'a.cpython-311-x86_64-pc-solaris2.so',
      'a.abi3.so',
      'a.so',
      '64/a.cpython-311-x86_64-pc-solaris2.so',
      '64/a.abi3.so',
      '64/a.so',
    ]);
    assert.deepEqual(moduleFiles('a', false, { major: 2, minor: 7 }).slice(4), [
      'a.so',
      'amodule.so',
      '64/a.so',
      '64/amodule.so',
    ]);
    assert.deepEqual([...pythonDirectories(version)].sort(), [
      'usr/lib/pkg/python3.11',
      LIBRARY,
      `${LIBRARY}/lib-dynload`,
      `${LIBRARY}/site-packages`,
      `${LIBRARY}/vendor-packages`,
    ]);
  });
});

/** Candidates of each `python` dependency of a file, sorted and joined. */
function recorded(path: string, file: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const values = (key: string) =>
      [...line.matchAll(new RegExp(` pkg\\.debug\\.depend\\.${key}=(\\S+)`, 'g'))].map(match => match[1]!);
    if (values('type')[0] !== 'python' || values('reason')[0] !== file) continue;
    const all = values('path').flatMap(directory => values('file').map(name => `${directory}/${name}`));
    found.add(all.sort().join(' '));
  }
  return found;
}

suite('python: without hints', () => {
  const text = [
    '#!/usr/bin/python3.11',
    'import os, a.b',
    'try:\n  import c\nexcept ImportError:\n  pass',
    'if x:\n  from d import e',
    'def f():\n  import g',
    'from . import h',
    'from .i import j',
    'raise SystemExit',
    'import c, winreg',
  ].join('\n');

  test('are left exactly those that are more than hints', () => {
    for (const first of [
      '#!/usr/bin/python3.11',
      '#!/usr/bin/python2',
      '#!/usr/bin/env python3',
      '# x',
      '\uFEFF#',
    ])
      for (const path of [SCRIPT, MODULE, `${LIBRARY}/test/a.py`, 'usr/share/x/a.py', 'opt/x/conftest.py']) {
        const source = text.replace('#!/usr/bin/python3.11', first);
        const all = needsOf(source, { path, mode: 0o555 });
        const sure = python.inspect(payload(source, { path, mode: 0o555 }), {
          ...DEFAULT_OPTIONS,
          hints: false,
        });
        const wanted = all.filter(one => one.confidence !== 'hint');
        assert.deepEqual(new Set(sure.dependencies), new Set(wanted), `${first} ${path}`);
      }
  });

  test('a file in which all would be hints is not read whole', () => {
    const file = payload(`import os\n${'#\n'.repeat(10_000)}`, { path: 'usr/share/x/a.py' });
    python.inspect(file, { ...DEFAULT_OPTIONS, hints: false });
    assert.ok(file.reads.every(one => one.length <= 4096));
  });
});
