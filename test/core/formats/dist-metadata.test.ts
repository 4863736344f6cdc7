import assert from 'node:assert/strict';
import { illumosEnvironment, markerHolds } from '../../../server/src/core/formats/dist-marker.ts';
import { readMetadata, readRequires } from '../../../server/src/core/formats/dist-metadata.ts';

const PYTHON_311 = illumosEnvironment({ major: 3, minor: 11 });

suite('distribution metadata', () => {
  test('Requires-Dist counts up to the description, with names as indices compare them', () => {
    const text =
      'Metadata-Version: 2.1\r\nName: x\r\nRequires-Dist: PyYAML (>=3.0)\r\nrequires-dist:  Foo.Bar_baz[a,b]~=1.0 ; python_version>"3"\r\n\r\nRequires-Dist: no\r\n';
    const found = readMetadata(text, PYTHON_311).map(({ name, normalised, at }) => [name, normalised, at]);
    assert.deepEqual(found, [
      ['PyYAML', 'pyyaml', { line: 2, column: 15, endLine: 2, endColumn: 21 }],
      ['Foo.Bar_baz', 'foo-bar-baz', { line: 3, column: 16, endLine: 3, endColumn: 27 }],
    ]);
  });

  test('what markers and extras exclude is left out, and what depends on the machine is unsure', () => {
    const text = [
      'a; extra == "test"',
      'b; sys_platform == "win32"',
      'c; python_version < "3.9" or platform_machine == "x86_64"',
      'd @ https://example.org/d;x.whl ; os_name == "posix"',
      'e; sys_platform == "sunos5" and (python_version >= "3.9" and implementation_name in "cpython pypy")',
    ];
    const found = readMetadata(text.map(line => `Requires-Dist: ${line}\n`).join(''), PYTHON_311);
    assert.deepEqual(
      found.map(({ name, unsure }) => `${name}${unsure ? '?' : ''}`),
      ['c?', 'd', 'e'],
    );
  });

  test('sections of requires.txt are for extras and markers', () => {
    const text =
      'a>=1\n\n[:python_version < "3"]\nb\n\n[test]\nc\n\n[test:python_version > "3"]\nd\n\n[:python_version>"3"]\n  e\n';
    const found = readRequires(text, PYTHON_311).map(
      ({ name, at }) => `${at.line + 1}:${at.column + 1} ${name}`,
    );
    assert.deepEqual(found, ['1:1 a', '13:3 e']);
  });

  const markers: Readonly<Record<string, boolean | undefined>> = {
    'python_version >= "3.9"': true,
    '"3.12" <= python_version': false,
    'python_version == "3.*"': true,
    'python_version ~= "3.10"': true,
    'python_version in "2.7, 3.11"': true,
    "sys_platform not in 'win32 darwin'": true,
    'platform_release == "5.11"': undefined,
    'platform_release == "5.11" and os_name == "nt"': false,
    python_version: undefined,
    '': undefined,
    '((((': undefined,
  };
  for (const [marker, expected] of Object.entries(markers))
    test(`${marker || 'no marker'}: ${expected ?? 'nobody knows'}`, () =>
      assert.equal(markerHolds(marker, PYTHON_311), expected));
});
