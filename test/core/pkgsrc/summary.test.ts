import assert from 'node:assert/strict';
import { readSummary } from '../../../server/src/core/pkgsrc/summary.ts';
import { damaged, golden } from '../../support/pkgsrc-golden.ts';

suite('pkg_summary', () => {
  test('a repository is read whole', () => {
    const { packages, faults } = readSummary(golden('pkg_summary-vo.txt'));
    assert.deepEqual(faults, []);
    assert.deepEqual(
      packages.map(each => each.pkgname),
      golden('pkg_summary-vo.txt')
        .split('\n')
        .flatMap(line => (line.startsWith('PKGNAME=') ? line.slice(8) : [])),
    );
    assert.deepEqual(
      packages.find(each => each.pkgname === 'greet-1.1'),
      {
        pkgname: 'greet-1.1',
        name: 'greet',
        version: '1.1',
        depends: ['libgreet>=1.1'],
        conflicts: [],
        provides: [],
        requires: ['/lib/x86_64-linux-gnu/libc.so.6', '/vo/atlas/pkg/lib/libgreet.so.1'],
        file: 'greet-1.1.tgz',
        fileSize: 2667,
        size: 14488,
        comment: 'Greeting program',
        pkgpath: 'vo/greet',
      },
    );
  });

  test('what stands before PKGNAME belongs to the package', () => {
    const ungreet = readSummary(golden('pkg_summary-vo.txt')).packages.find(each => each.name === 'ungreet');
    assert.deepEqual(ungreet?.conflicts, ['greet-[0-9]*']);
  });

  test('what pkg_info -X prints about installed packages is a summary too', () => {
    const { packages, faults } = readSummary(golden('pkg_info-X-a.txt'));
    assert.deepEqual(faults, []);
    assert.equal(packages.length, golden('pkg_info-X-a.txt').match(/^PKGNAME=/gm)?.length);
    assert.equal(packages.find(each => each.name === 'digest')?.file, 'digest-20160304.tgz');
  });

  test('checksums, values with "=", carriage returns and a missing last line end are read', () => {
    const text =
      'PKGNAME=a-1\r\nCOMMENT=x=y\r\nFILE_CKSUM=SHA256 ABCDEF0123456789\r\nSIZE_PKG=x\r\n\r\nPKGNAME=b-2';
    const { packages, faults } = readSummary(text);
    assert.deepEqual(faults, []);
    assert.deepEqual(
      packages.map(({ pkgname, comment, checksum, size }) => ({ pkgname, comment, checksum, size })),
      [
        {
          pkgname: 'a-1',
          comment: 'x=y',
          checksum: { algorithm: 'sha256', digest: 'abcdef0123456789' },
          size: undefined,
        },
        { pkgname: 'b-2', comment: '', checksum: undefined, size: undefined },
      ],
    );
  });

  const left: readonly (readonly [name: string, text: string, fault: string])[] = [
    ['a block without a name', 'COMMENT=x\n', '1: this block has no PKGNAME and was ignored'],
    ['a line without "="', 'PKGNAME\n', '1: this line has no "=" and was ignored'],
    [
      'a name that is none',
      '\n\nPKGNAME=../x-1\n',
      '3: "../x-1" is no name and version: the package is left out',
    ],
    [
      'a name with terminal escapes',
      'PKGNAME=\u001b[31m-1\n',
      '1: "\\x1b[31m-1" is no name and version: the package is left out',
    ],
    [
      'a file outside the repository',
      'PKGNAME=a-1\nFILE_NAME=../../etc/passwd\n',
      '1: a-1 has the FILE_NAME "../../etc/passwd", which is no file of the repository: it is left out',
    ],
    [
      'an absolute file',
      'PKGNAME=a-1\nFILE_NAME=/etc/passwd\n',
      '1: a-1 has the FILE_NAME "/etc/passwd", which is no file of the repository: it is left out',
    ],
    [
      'a file that is an option',
      'PKGNAME=a-1\nFILE_NAME=-rf\n',
      '1: a-1 has the FILE_NAME "-rf", which is no file of the repository: it is left out',
    ],
    [
      'an endless value',
      `PKGNAME=a-1\nDEPENDS=${'x'.repeat(10_000)}\n`,
      '2: the value of DEPENDS is too long: the package is left out',
    ],
  ];
  for (const [name, text, fault] of left)
    test(`${name} is left out, and said so`, () => {
      const { packages, faults } = readSummary(text);
      assert.equal(faults.map(each => `${each.line}: ${each.message}`)[0], fault);
      assert.deepEqual(packages, []);
    });

  test('of two packages of the same name and version the first one counts', () => {
    const { packages, faults } = readSummary('PKGNAME=a-1\nCOMMENT=x\n\nPKGNAME=a-1\nCOMMENT=y\n');
    assert.deepEqual(
      packages.map(each => each.comment),
      ['x'],
    );
    assert.match(faults[0]?.message ?? '', /twice/);
  });

  test('a file of nothing but faults does not fill the memory with them', () => {
    assert.equal(readSummary('x\n'.repeat(100_000)).faults.length, 100);
  });

  test('every prefix and every changed character is read', () => {
    const sample = golden('pkg_summary-vo.txt').slice(-1500);
    for (const text of damaged(sample)) assert.ok(readSummary(text).packages.length <= 6);
  });
});
