import assert from 'node:assert/strict';
import { perl } from '../../../server/src/core/catchers/perl.ts';
import { caught, payload } from '../../support/payload.ts';

/** What a file needs, as `NAME CONFIDENCE LINE:COLUMN`. */
function needs(text: string, path = 'usr/perl5/vendor_perl/5.36/Foo/Bar.pm'): readonly string[] {
  const { dependencies } = caught(perl, payload(text, { path }));
  return dependencies.map(({ what, confidence, at }) => `${what} ${confidence} ${at?.line}:${at?.column}`);
}

suite('the perl catcher', () => {
  test('use, no, require and their places', () =>
    assert.deepEqual(
      needs('use strict;\nuse Foo::Baz 1.2 qw(a b);\n  no warnings;\nrequire JSON::PP; require Carp;\n'),
      [
        'strict likely 0:4',
        'Foo::Baz likely 1:4',
        'warnings likely 2:5',
        'JSON::PP likely 3:8',
        'Carp likely 3:26',
      ],
    ));

  test('what a class inherits from, over several lines', () =>
    assert.deepEqual(
      needs("use parent 'A::B', 'C';\nuse base qw(\n  D\n  E::F\n);\nuse parent -norequire, 'Own';\n"),
      [
        'parent likely 0:4',
        'A::B likely 0:12',
        'C likely 0:20',
        'base likely 1:4',
        'D likely 2:2',
        'E::F likely 3:2',
      ],
    ));

  test('what may be absent is a hint', () =>
    assert.deepEqual(
      needs(
        'eval { require A };\neval "require B";\nsub x {\n  require C;\n}\nrequire D if $x;\nuse if $] > 5, E => 1;\n',
      ),
      ['A hint 0:15', 'C hint 3:10', 'D hint 5:8', 'E hint 6:15'],
    ));

  test('POD, comments, here documents and the end are no code', () =>
    assert.deepEqual(
      needs(
        '=pod\n\nuse A;\n\n=cut\n# use B;\nprint <<"END";\nuse C;\nEND\nuse D; # use E;\n__END__\nuse F;\n',
      ),
      ['D likely 9:4'],
    ));

  test('versions, and what is called, are no modules', () =>
    assert.deepEqual(
      needs('use 5.010;\nuse v5.36;\nrequire 5;\nrequire($x);\nuse_ok("A");\n$h{use};\n'),
      [],
    ));

  test('the directories of the version in the path, with those of the architecture, after its own', () => {
    const { dependencies } = caught(
      perl,
      payload('package Foo::Bar;\nuse lib "/opt/x/lib";\nuse A::B;\n', {
        path: 'usr/perl5/vendor_perl/5.36/Foo/Bar.pm',
      }),
    );
    assert.deepEqual(dependencies[0]?.anyOf.slice(0, 4), [
      'opt/x/lib/A/B.pm',
      'usr/perl5/vendor_perl/5.36/A/B.pm',
      'usr/perl5/site_perl/5.36/A/B.pm',
      'usr/perl5/site_perl/5.36/i86pc-solaris-thread-multi-64/A/B.pm',
    ]);
    assert.ok(dependencies[0]?.anyOf.includes('usr/perl5/5.36/lib/A/B.pm'));
  });

  test('a script says its version in its first line; without one all is a hint', () => {
    assert.deepEqual(needs('#!/usr/perl5/5.38/bin/perl -w\nuse A;\n', 'usr/bin/x'), ['A likely 1:4']);
    assert.deepEqual(needs('#!/usr/bin/env perl\nuse A;\n', 'usr/bin/x'), ['A hint 1:4']);
    assert.deepEqual(needs('#!/usr/bin/sh\nuse A;\n', 'usr/bin/x'), []);
  });

  test('files and libraries that are loaded', () => {
    const text = "require '/usr/share/x/y.pl';\nrequire \"z.pl\";\nXSLoader::load('A::B');\n";
    const { dependencies } = caught(perl, payload(text, { path: 'usr/perl5/5.36/lib/w.pl' }));
    assert.deepEqual(dependencies[0]?.anyOf, ['usr/share/x/y.pl']);
    assert.equal(dependencies[1]?.anyOf[0], 'usr/perl5/5.36/lib/z.pl');
    assert.ok(dependencies[2]?.anyOf.some(path => path.endsWith('/auto/A/B/B.so')));
  });

  test('directories and strings without end take no time', () => {
    const begun = process.cpuUsage();
    for (const text of [
      'use lib "/a";'.repeat(50_000),
      `${'my $x = q{\n'.repeat(5000)}${'dirname('.repeat(100_000)}`,
      `use lib ${'catdir('.repeat(50_000)}`,
      '<<"A" '.repeat(50_000),
    ])
      needs(text);
    const { user } = process.cpuUsage(begun);
    assert.ok(user < 1e6, `${user / 1e6} s`);
  });

  test('any bytes are read to their end, in time', () => {
    const sample = 'use parent qw(A B);\nprint <<~X;\n a\n X\neval { require Y };\n=pod\n';
    for (let at = 0; at < sample.length; at++) needs(sample.slice(0, at));
    const begun = process.cpuUsage();
    needs('use parent qw(\n'.repeat(20_000));
    needs(`${'{ require A; '.repeat(50_000)}`);
    needs(`${"use A 'b' # ".repeat(20_000)}`);
    const { user } = process.cpuUsage(begun);
    assert.ok(user < 10e6, `${user / 1e6} s`);
  });

  test('several here documents in a line, and strings over several lines, are no code', () =>
    assert.deepEqual(
      needs(
        'f(<<"A", <<\'B\');\nuse No1;\nA\nuse No2;\nB\nmy $x = "\nuse No3;\n"; use Yes1;\nmy $y = q{\nuse No4; {}\n};\nuse Yes2;\n',
      ),
      ['Yes1 likely 7:7', 'Yes2 likely 11:4'],
    ));

  test('directories from that of the script on are searched first', () => {
    for (const line of [
      'use FindBin; use lib "$FindBin::Bin/../lib/x";',
      "use lib dirname(__FILE__) . '/../lib/x';",
      "use lib File::Spec->catdir($FindBin::RealBin, '..', 'lib', 'x');",
      "BEGIN { unshift @INC, '/usr/lib/x'; }",
    ]) {
      const text = `#!/usr/perl5/5.36/bin/perl\n${line}\nuse Own::Module;\n`;
      const { dependencies } = caught(perl, payload(text, { path: 'usr/bin/x' }));
      const found = dependencies.find(one => one.what === 'Own::Module');
      assert.equal(found?.anyOf[0], 'usr/lib/x/Own/Module.pm', line);
      assert.equal(found?.confidence, 'likely', line);
    }
  });

  test('where directories are put together when it runs, all is a hint', () => {
    for (const line of ['use lib $dir;', 'unshift @INC, map { "$_/lib" } @roots;', '@INC = (x());'])
      assert.deepEqual(needs(`${line}\nuse A;\n`), ['A hint 1:4'], line);
    assert.deepEqual(needs('no lib "/x";\nuse lib "lib";\nuse A;\n'), ['A likely 2:4']);
  });

  test('the library of the package itself is loaded without a name, or by __PACKAGE__', () => {
    for (const text of [
      'package A::B;\nXSLoader::load;\n',
      'package A::B 1.0;\nXSLoader::load(__PACKAGE__, $VERSION);\n',
      'package Other;\npackage A::B { XSLoader::load(); }\n',
    ]) {
      const { dependencies } = caught(perl, payload(text, { path: 'usr/perl5/5.36/lib/A/B.pm' }));
      assert.ok(dependencies[0]?.anyOf.includes('usr/perl5/5.36/lib/auto/A/B/B.so'), text);
      const { line = 0, endColumn = 0 } = dependencies[0]?.at ?? {};
      assert.ok(endColumn <= text.split('\n')[line]!.length, text);
    }
    assert.deepEqual(needs('XSLoader::load;\nXSLoader::load($class);\n'), []);
  });
});
