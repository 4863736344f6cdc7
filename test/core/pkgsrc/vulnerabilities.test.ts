import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readSummary } from '../../../server/src/core/pkgsrc/summary.ts';
import { readVulnerabilities, vulnerable } from '../../../server/src/core/pkgsrc/vulnerabilities.ts';
import { damaged, golden } from '../../support/pkgsrc-golden.ts';

const sample = golden('pkg-vulnerabilities.sample');

suite('pkg-vulnerabilities', () => {
  test('the installed packages have the vulnerabilities that the real audit names', () => {
    const list = readVulnerabilities(sample);
    const eol =
      ' has reached end-of-life (eol), see http://ftp.NetBSD.org/pub/NetBSD/packages/vulns/eol-packages';
    const audit = readSummary(golden('pkg_info-X-a.txt')).packages.flatMap(({ pkgname }) =>
      vulnerable(pkgname, list).map(({ type, url }) =>
        type === 'eol'
          ? `Package ${pkgname}${eol}`
          : `Package ${pkgname} has a ${type} vulnerability, see ${url}`,
      ),
    );
    assert.deepEqual(audit.sort(), golden('audit.txt').trim().split('\n').sort());
  });

  test('entries are pattern, type and address; comments are none', () => {
    const { entries, faults } = readVulnerabilities(sample);
    assert.deepEqual(faults, []);
    assert.equal(entries.length, 6);
    assert.deepEqual(entries[2], {
      pattern: '{minilang,maxilang}<1.3',
      type: 'remote-code-execution',
      url: 'http://127.0.0.1/adv/GREET-2026-3',
    });
  });

  for (const [name, text] of [
    ['plain', sample],
    [
      'signed',
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\n${sample}-----BEGIN PGP SIGNATURE-----\nxyz\n`,
    ],
    ['signed with PKCS7', `${sample}-----BEGIN PKCS7-----\nxyz\n-----END PKCS7-----\n`],
  ] as const)
    test(`the checksums of a ${name} file are those of its checksummed text`, () => {
      const { checksums, checksummed, entries } = readVulnerabilities(text);
      assert.equal(entries.length, 6);
      assert.deepEqual(
        checksums.map(({ algorithm, line }) => `${algorithm}@${line - checksums[0]!.line}`),
        ['sha1@0', 'sha512@1'],
      );
      for (const { algorithm, digest } of checksums)
        assert.equal(createHash(algorithm).update(checksummed).digest('hex'), digest);
    });

  const wrong: readonly (readonly [name: string, text: string, fault: string])[] = [
    ['an empty file', '', '1: the file is empty, or has no #FORMAT'],
    ['a web page', '<html>\n', '1: this is no "#FORMAT 1.1.0": the file is no list of vulnerabilities'],
    [
      'another format',
      '#FORMAT 2.0.0\n',
      '1: this is no "#FORMAT 1.1.0": the file is no list of vulnerabilities',
    ],
    [
      'a file that was cut off',
      '#FORMAT 1.1.0\nfoo<1 eol',
      '2: the last line has no end: the file is cut off',
    ],
    ['a line without a type', '#FORMAT 1.1.0\nfoo<1\n', '2: this line has no type of vulnerability'],
    ['a line without an address', '#FORMAT 1.1.0\nfoo<1 eol \n', '2: this line has no address'],
    ['a checksum without digits', '#FORMAT 1.1.0\n#CHECKSUM SHA1\n', '2: this #CHECKSUM cannot be read'],
    ['a header alone', '#FORMAT 1.1.0\n', '1: nothing stands behind #FORMAT'],
    ['a NUL', '#FORMAT 1.1.0\n\0\n', '1: the file holds a NUL character'],
  ];
  for (const [name, text, fault] of wrong)
    test(`${name} is refused`, () =>
      assert.equal(readVulnerabilities(text).faults.map(each => `${each.line}: ${each.message}`)[0], fault));

  test('every prefix and every changed character is read', () => {
    for (const text of damaged(sample)) assert.ok(readVulnerabilities(text).entries.length <= 8);
  });
});
