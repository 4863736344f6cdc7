import assert from 'node:assert/strict';
import { check } from '../../server/src/core/check.ts';
import type { World } from '../../server/src/core/model.ts';
import { checks } from '../support/check.ts';
import { fixture } from '../support/fixture.ts';

suite('check: needs', () => {
  test('an interpreter outside the closure is undeclared', () =>
    checks(`
-- manifest --
file path=usr/bin/greet mode=0555
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl delivers
depend type=require fmri=shell/bash
# ^^^^ unneeded: nothing in the payload is known to need shell/bash
-- proto/usr/bin/greet --
#!/usr/bin/perl
-- repo/runtime/perl --
file path=usr/bin/perl
-- repo/shell/bash --
file path=usr/bin/bash
`));

  test('of a long way only the ends are told', () =>
    checks(`
-- manifest --
file path=usr/bin/greet mode=0555
# ^^^^ indirect: needs /usr/bin/perl of p12, which comes only through p1 → p2 → p3 → p4 → 3 others → p8 → p9 → p10 → p11
depend type=require fmri=p1
-- proto/usr/bin/greet --
#!/usr/bin/perl
${Array.from({ length: 11 }, (_, at) => `-- repo/p${at + 1} --\ndepend type=require fmri=p${at + 2}\n`).join('')}-- repo/p12 --
file path=usr/bin/perl
`));

  test('a declared package satisfies', () =>
    checks(`
-- manifest --
file path=usr/bin/greet mode=0555
depend type=require fmri=pkg:/runtime/perl@5.36
-- proto/usr/bin/greet --
#!/usr/bin/perl
-- repo/runtime/perl@5.38 --
file path=usr/bin/perl
`));

  test('what the package delivers itself needs nobody', () =>
    checks(`
-- manifest --
file path=usr/bin/greet mode=0555
file path=opt/own/bin/run mode=0555
link path=opt/here target=own/bin
-- proto/usr/bin/greet --
#!/opt/here/run
-- proto/opt/own/bin/run (elf) --
`));

  test('an optional dependency promises nothing', () =>
    checks(`
-- manifest --
file path=usr/bin/greet mode=0555
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl delivers
depend type=optional fmri=runtime/perl
depend type=incorporate fmri=runtime/perl@5
depend type=group fmri=runtime/perl
-- proto/usr/bin/greet --
#!/usr/bin/perl
-- repo/runtime/perl@5 --
file path=usr/bin/perl
`));

  test('libraries are looked for in run path, then default directories, through linked directories', () =>
    checks(`
-- manifest --
file path=usr/bin/greet mode=0555
# ^^^^ undeclared: needs libfoo.so.1, which library/foo with system/library deliver
-- proto/usr/bin/greet (elf needed=libfoo.so.1) --
-- repo/system/library --
link path=usr/lib/64 target=amd64
-- repo/library/foo --
link path=usr/lib/amd64/libfoo.so.1 target=libfoo.so.1.2
file path=usr/lib/amd64/libfoo.so.1.2
`));

  test('a library without the symbol versions that a file was linked with: symbol-version', () =>
    checks(`
-- manifest --
file path=usr/bin/greet mode=0555
# ^^^^ symbol-version: needs ILLUMOS_0.37 of libc.so.1, which system/library@1 does not define (it has up to ILLUMOS_0.36)
depend type=require fmri=system/library
-- proto/usr/bin/greet (elf needed=libc.so.1 needs=libc.so.1:ILLUMOS_0.37) --
-- repo/system/library@1 --
file path=lib/64/libc.so.1
-- content/system/library@1/lib/64/libc.so.1 (elf soname=libc.so.1 defines=SUNW_1.23,ILLUMOS_0.9,ILLUMOS_0.36) --
`));

  test('the mode of the payload counts when the action has none', () =>
    checks(`
-- manifest --
file path=usr/bin/greet
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl delivers
file path=usr/share/greet/example
-- proto/usr/bin/greet (mode=0755) --
#!/usr/bin/perl
-- proto/usr/share/greet/example (mode=0644) --
plain
-- repo/runtime/perl --
file path=usr/bin/perl
`));

  test('needs with the same candidates are one finding', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl delivers (and so does 1 more file)
file path=usr/bin/b mode=0555
-- proto/usr/bin/a --
#!/usr/bin/perl
-- proto/usr/bin/b --
#!/usr/bin/perl -w
-- repo/runtime/perl --
file path=usr/bin/perl
`));

  test('several deliverers are alternatives', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl-536 or runtime/perl-538 delivers
-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/runtime/perl-536 --
file path=usr/perl5/5.36/bin/perl
link path=usr/bin/perl target=../perl5/5.36/bin/perl mediator=perl mediator-version=5.36
-- repo/runtime/perl-538 --
file path=usr/perl5/5.38/bin/perl
link path=usr/bin/perl target=../perl5/5.38/bin/perl mediator=perl mediator-version=5.38
`));

  test('nobody delivers it: known only when a repository is configured', async () => {
    await checks(`
-- manifest --
file path=usr/bin/a mode=0555
-- proto/usr/bin/a --
#!/usr/bin/lost
`);
    await checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undelivered: needs /usr/bin/lost, which no known package delivers
-- proto/usr/bin/a --
#!/usr/bin/lost
-- repo/runtime/perl --
file path=usr/bin/perl
`);
  });

  test('a library that the package itself has elsewhere is only warned of', () =>
    checks(
      `
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undelivered: needs libpriv.so.1, which no known package delivers; this package has it as opt/lib/libpriv.so.1, where it is not looked for
file path=opt/lib/libpriv.so.1 mode=0555
file path=usr/bin/b mode=0555
# ^^^^ undelivered: needs /usr/bin/lost, which no known package delivers
-- proto/usr/bin/a (elf needed=libpriv.so.1) --
-- proto/opt/lib/libpriv.so.1 (elf soname=libpriv.so.1) --
-- proto/usr/bin/b --
#!/usr/bin/lost
-- settings --
closed: true
`,
      { severities: ['warning', 'error'] },
    ));

  test('a need that the build declares only has to be deliverable', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
file path=usr/bin/b mode=0555
# ^^^^ undelivered: needs /usr/bin/lost, which no known package delivers
-- proto/usr/bin/a --
#!/usr/bin/perl
-- proto/usr/bin/b --
#!/usr/bin/lost
-- repo/runtime/perl --
file path=usr/bin/perl
-- settings --
policy: { generated: [script] }
`));

  test('a bypassed path is no need; .* stops the analysis of the file', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555 pkg.depend.bypass-generate=usr/bin/perl
file path=usr/bin/b mode=0555 pkg.depend.bypass-generate=perl
file path=usr/bin/c mode=0555 pkg.depend.bypass-generate=nothing
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl delivers
-- proto/usr/bin/a --
#!/usr/bin/perl
-- proto/usr/bin/b --
#!/usr/bin/perl
-- proto/usr/bin/c --
#!/usr/bin/perl
-- repo/runtime/perl --
file path=usr/bin/perl
`));

  test('a suppression hides the finding of its code and path, and no other', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
file path=usr/bin/b mode=0555
# ^^^^ undelivered: needs /usr/bin/lost, which no known package delivers
-- proto/usr/bin/a --
#!/usr/bin/lost
-- proto/usr/bin/b --
#!/usr/bin/lost
-- settings --
repositories: []
suppress: [{ code: undelivered, path: usr/bin/a, reason: known }]
`));
});

suite('check: closure', () => {
  test('through another package is a hint, with policy direct a warning', async () => {
    const source = `
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ indirect: needs /usr/bin/perl of runtime/perl, which comes only through web/server
depend type=require fmri=web/server
-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/web/server --
depend type=require fmri=runtime/perl
-- repo/runtime/perl --
file path=usr/bin/perl
`;
    await checks(source, { severities: ['hint'] });
    await checks(`${source}-- settings --\npolicy: { transitive: direct }\n`, { severities: ['warning'] });
  });

  test('a renamed package brings what it requires', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ indirect: needs /usr/bin/perl of runtime/perl, which comes only through SUNWperl
depend type=require fmri=SUNWperl
-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/SUNWperl@2 --
set name=pkg.renamed value=true
depend type=require fmri=runtime/perl@1
-- repo/runtime/perl@1 --
file path=usr/bin/perl
`));

  test('require-any guarantees what every alternative delivers', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
file path=usr/bin/b mode=0555
# ^^^^ undeclared: needs /usr/bin/only-x, which x delivers
depend type=require-any fmri=x fmri=y
-- proto/usr/bin/a --
#!/usr/bin/both
-- proto/usr/bin/b --
#!/usr/bin/only-x
-- repo/x --
file path=usr/bin/both
file path=usr/bin/only-x
-- repo/y --
file path=usr/bin/both
`));

  test('a require-any among other packages declares nothing', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ indirect: needs /usr/bin/bash of shell/bash, which comes only through greet
file path=usr/bin/b mode=0555
# ^^^^ indirect: needs /usr/bin/both of x, which comes only through greet
depend type=require fmri=greet
-- proto/usr/bin/a --
#!/usr/bin/bash
-- proto/usr/bin/b --
#!/usr/bin/both
-- repo/greet --
depend type=require fmri=shell/bash
depend type=require-any fmri=x fmri=y
-- repo/shell/bash --
file path=usr/bin/bash
-- repo/x --
file path=usr/bin/both
-- repo/y --
file path=usr/bin/both
`));

  test('a conditional dependency holds when its predicate is guaranteed', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
file path=usr/bin/b mode=0555
# ^^^^ undeclared: needs /usr/bin/q, which q delivers
depend type=require fmri=x
depend type=conditional predicate=x fmri=p
depend type=conditional predicate=absent fmri=q
-- proto/usr/bin/a --
#!/usr/bin/p
-- proto/usr/bin/b --
#!/usr/bin/q
-- repo/x --
file path=x
-- repo/p --
file path=usr/bin/p
-- repo/q --
file path=usr/bin/q
`));

  test('a dependency under a facet holds for files under the same facet', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555 facet.devel=true
file path=usr/bin/b mode=0555
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl delivers
depend type=require fmri=runtime/perl facet.devel=true
-- proto/usr/bin/a --
#!/usr/bin/perl
-- proto/usr/bin/b --
#!/usr/bin/perl
-- repo/runtime/perl --
file path=usr/bin/perl
`));

  test('the newest version that the manifest allows counts', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undelivered: needs /usr/bin/new, which no known package delivers: x@2 delivers usr/bin/new, and x@1.5, which would be installed, does not
depend type=require fmri=x
depend type=incorporate fmri=x@1
-- proto/usr/bin/a --
#!/usr/bin/new
-- repo/x@1.5 --
file path=usr/bin/old
-- repo/x@2 --
file path=usr/bin/new
`));

  test('a workspace package hides the versions of repositories', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undelivered: needs /usr/bin/x, which no known package delivers
depend type=require fmri=x
-- proto/usr/bin/a --
#!/usr/bin/x
-- workspace/x@1 --
file path=usr/bin/moved
-- repo/x@9 --
file path=usr/bin/x
`));
});

suite('check: what the build fills in', () => {
  test('a dependency on a file stands for the package that delivers it', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
file path=usr/bin/b mode=0555
file path=usr/bin/c mode=0555
# ^^^^ undeclared: needs /usr/bin/ksh, which shell/ksh delivers
depend fmri=__TBD type=require pkg.debug.depend.file=usr/bin/perl
depend fmri=__TBD type=require pkg.debug.depend.file=bash pkg.debug.depend.path=usr/bin
-- proto/usr/bin/a --
#!/usr/bin/perl
-- proto/usr/bin/b --
#!/usr/bin/bash
-- proto/usr/bin/c --
#!/usr/bin/ksh
-- repo/runtime/perl --
file path=usr/bin/perl
-- repo/shell/bash --
file path=usr/bin/bash
-- repo/shell/ksh --
file path=usr/bin/ksh
`));

  test('a macro without a value stands for any text of a name', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
file path=usr/bin/b mode=0555
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl delivers
depend type=require fmri=runtime/python-$(PYV)
depend type=require fmri=shell/bash@$(VERSION)
-- proto/usr/bin/a --
#!/usr/bin/python3.13
-- proto/usr/bin/b --
#!/usr/bin/perl
-- repo/runtime/python-313 --
file path=usr/bin/python3.13
-- repo/runtime/perl --
file path=usr/bin/perl
-- repo/shell/bash@5 --
`));
});

suite('check: variants', () => {
  test('a variant may have any name, those that objects have too', () =>
    checks(`
-- manifest --
set name=pkg.fmri value=pkg:/app/a@1
file path=usr/bin/a mode=0555 variant.constructor=x variant.toString=y
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl delivers
-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/runtime/perl --
file path=usr/bin/perl variant.constructor=x
`));

  test('satisfied for one architecture only is a gap', () =>
    checks(`
-- manifest --
set name=variant.arch value=i386 value=sparc
file path=usr/bin/a mode=0555
# ^^^^ variant-gap: needs /usr/bin/perl for arch=sparc too, where runtime/perl is not declared
depend type=require fmri=runtime/perl variant.arch=i386
-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/runtime/perl --
file path=usr/bin/perl
`));

  test('a file of one architecture needs it there only', () =>
    checks(`
-- manifest --
set name=variant.arch value=i386 value=sparc
file path=usr/bin/a mode=0555 variant.arch=i386
depend type=require fmri=runtime/perl variant.arch=i386
-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/runtime/perl --
file path=usr/bin/perl
`));

  test('a deliverer of one architecture is none on the other', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ variant-gap: needs /usr/bin/tool for arch=sparc too, where no known package delivers it
depend type=require fmri=tools
-- proto/usr/bin/a --
#!/usr/bin/tool
-- repo/tools --
set name=variant.arch value=i386 value=sparc
file path=usr/bin/tool variant.arch=i386
`));

  test('a package for one architecture is all there is on it', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
depend type=require fmri=tools
-- proto/usr/bin/a --
#!/usr/bin/tool
-- repo/tools --
set name=variant.arch value=i386
file path=usr/bin/tool
`));
});

suite('check: declared dependencies', () => {
  test('a dependency that no repository has is unresolvable', () =>
    checks(`
-- manifest --
depend type=require fmri=gone
# ^^^^ unresolvable: no known package is named gone
depend type=require fmri=old@2
# ^^^^ unresolvable: old@2 is asked for, and the newest known is old@1.5
depend type=require fmri=dead
# ^^^^ unresolvable: dead is obsolete
depend type=require-any fmri=gone fmri=old
depend type=optional fmri=gone
-- repo/old@1.5 --
-- repo/dead@3 --
set name=pkg.obsolete value=true
`));

  test('nothing is known without a repository', () =>
    checks(`
-- manifest --
depend type=require fmri=gone
`));
});

suite('check: payload', () => {
  test('payload that is in no proto area is faulty', () =>
    checks(`
-- manifest --
file path=usr/bin/gone mode=0555
# ^^^^ faulty: payload usr/bin/gone is not in /w/proto; build it, correct the path, or name its proto area
file path=usr/bin/here
$(i386_ONLY)file path=usr/bin/only-there
-- proto/usr/bin/here --
`));

  test('nothing is said of payload while no proto area is built', () =>
    checks(`
-- manifest --
file path=usr/bin/gone mode=0555
file path=usr/lib/python$(PYVER)/x.py
`));

  test('payload that macros hide is one hint', () =>
    checks(`
-- manifest --
file path=usr/lib/python$(PYVER)/x.py
# ^^^^ faulty: 2 payloads are not analysed: $(PYVER) has no value; set it under macros in packwright.yaml
file path=usr/lib/python$(PYVER)/y.py
-- proto/usr/bin/here --
`));
});

suite('check: text', () => {
  test('a fault of the text is a finding, and the other lines are still checked', () =>
    checks(`
-- manifest --
dri path=usr/share owner=root group=sys mode=0755
# ^^^^ syntax: unknown action type "dri"; did you mean "dir"?
file path=usr/bin/a mode=0555
# ^^^^ undeclared: needs /usr/bin/perl, which runtime/perl delivers
-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/runtime/perl --
file path=usr/bin/perl
`));
});

suite('check: hostile packages', () => {
  test('a loop of links that many packages deliver is left at once', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undelivered: needs /usr/bin/p, which no known package delivers
-- proto/usr/bin/a --
#!/usr/bin/p
${[1, 2, 3, 4].map(at => `-- repo/l${at} --\nlink path=usr/bin/p target=q\nlink path=usr/bin/q target=p`).join('\n')}
`));

  test('a name of many macros is compared at once', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undeclared: needs /usr/bin/p, which ${'a'.repeat(60)} delivers
depend type=require fmri=${'a$(A)'.repeat(14)}b
-- proto/usr/bin/a --
#!/usr/bin/p
-- repo/${'a'.repeat(60)} --
file path=usr/bin/p
`));
});

suite('check: what nobody delivers', () => {
  test('an owner is unowned, a link dangling, and both only where a repository is configured', async () => {
    await checks(
      `
-- manifest --
file path=opt/a owner=lost group=sys mode=0444
# ^^^^ unowned: needs user lost, which no known package delivers (and so does 1 more file)
file path=opt/b owner=lost group=sys mode=0444
link path=opt/c target=lost
# ^^^^ dangling: links to /opt/lost, which no known package delivers
-- settings --
closed: true
-- proto/opt/a --
-- proto/opt/b --
-- repo/x --
file path=x
`,
      { severities: ['error', 'warning'] },
    );
    await checks(`
-- manifest --
file path=opt/a owner=lost group=sys mode=0444
link path=opt/c target=lost
-- proto/opt/a --
-- workspace/x --
file path=x
`);
  });
});

suite('check: packages whose names are open', () => {
  const gate = (name: string) => `
-- manifest --
set name=pkg.fmri value=pkg:/$(COMPONENT_FMRI)@1
file path=usr/bin/a mode=0555 owner=web group=sys
${name}
-- settings --
closed: true
-- proto/usr/bin/a --
#!/usr/bin/perl
`;
  const others = `-- workspace/$(COMPONENT_FMRI)@2 --
file path=usr/bin/perl
user username=web group=sys
`;

  test('what they deliver is delivered, nobody can say by whom', () => checks(gate('') + others));

  test('one whose name is known is told', () =>
    checks(`${gate('# ^^^^ undeclared: needs /usr/bin/perl, which perl delivers')}${others}-- repo/perl --
file path=usr/bin/perl
`));
});

suite('check: unneeded dependencies', () => {
  test('what no need can be satisfied through is a hint, whatever else it brings', () =>
    checks(
      `
-- manifest --
file path=usr/bin/a mode=0555
depend type=require fmri=perl
depend type=require fmri=data
# ^^^^ unneeded: nothing in the payload is known to need data
depend type=require-any fmri=data fmri=tool
# ^^^^ unneeded: nothing in the payload is known to need any of data, tool
-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/perl --
file path=usr/bin/perl
-- repo/data --
file path=usr/share/data
depend type=require fmri=perl
-- repo/tool --
file path=usr/bin/tool
`,
      { severities: ['hint', 'hint'] },
    ));

  test('what brings a link, a user, or another package that is needed is needed', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555 owner=web group=sys
depend type=require fmri=links
depend type=require fmri=web
depend type=require fmri=wrapper
depend type=require fmri=lib
set name=packwright.depend.file value=usr/lib/l
-- proto/usr/bin/a --
#!/opt/ruby
-- repo/links --
link path=opt/ruby target=../usr/bin/ruby
-- repo/ruby --
file path=usr/bin/ruby
-- repo/web --
user username=web group=sys
-- repo/wrapper --
file path=usr/share/wrapper
depend type=require fmri=ruby
-- repo/lib --
file path=usr/lib/l
`));

  const silent: readonly [name: string, settings: string, attributes: string, more?: string][] = [
    ['the build declares by itself', 'policy: { generated: [script] }\n', ''],
    ['a catcher is switched off', 'catchers: { elf: off }\n', ''],
    ['a path is bypassed', '', ' pkg.depend.bypass-generate=usr/bin/x'],
    ['a facet says when', '', ''],
    ['something is included', '', '', '<include more.mog>\n'],
    [
      'payload is missing',
      '',
      '',
      'file path=b\n# ^^ faulty: payload b is not in /w/proto; build it, correct the path, or name its proto area\n',
    ],
  ];
  for (const [name, settings, attributes, more = ''] of silent) {
    const facet = name.startsWith('a facet') ? ' facet.doc=true' : '';
    test(`nothing is said where ${name}`, () =>
      checks(`
-- manifest --
file path=usr/bin/a mode=0555${attributes}
depend type=require fmri=perl
depend type=require fmri=data${facet}
${more}-- settings --
${settings}-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/perl --
file path=usr/bin/perl
-- repo/data --
file path=usr/share/data
`));
  }

  const SHELL = (settings: string, said: string) => `
-- manifest --
file path=usr/bin/a mode=0555
depend type=require fmri=shell
depend type=require fmri=text/tool
depend type=require fmri=data
${said}-- settings --
${settings}-- proto/usr/bin/a --
#!/usr/bin/sh
tool x
-- repo/shell --
file path=usr/bin/sh
-- repo/text/tool --
file path=usr/bin/tool
-- repo/data --
file path=usr/share/data
`;

  test('nothing is said where a shell script may run what nobody looks for', () => checks(SHELL('', '')));

  test('with the programs of shell scripts looked for, what they do not run is told', () =>
    checks(
      SHELL('catchers: { shell: on }\n', '# ^^^^ unneeded: nothing in the payload is known to need data\n'),
    ));

  test('a dependency that is meant is kept by the name of its package', () =>
    checks(
      SHELL(
        'catchers: { shell: on }\nsuppress: [{ code: unneeded, path: data, reason: loaded by name }]\n',
        '',
      ),
    ));

  test('nothing is said of packages without files, renamed ones, predicates, and other kinds of dependency', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
depend type=require fmri=meta
depend type=require fmri=old
depend type=require fmri=condition
depend type=conditional predicate=condition fmri=data
depend type=optional fmri=data
depend type=group fmri=data
-- proto/usr/bin/a --
-- repo/meta --
depend type=group fmri=data
-- repo/old --
set name=pkg.renamed value=true
depend type=require fmri=data
-- repo/condition --
file path=usr/share/condition
-- repo/data --
file path=usr/share/data
`));

  test('an alternative of which one is needed stays', () =>
    checks(`
-- manifest --
file path=usr/bin/a mode=0555
# ^^^^ undeclared: needs /usr/bin/perl, which perl delivers
depend type=require-any fmri=perl fmri=data
-- proto/usr/bin/a --
#!/usr/bin/perl
-- repo/perl --
file path=usr/bin/perl
-- repo/data --
file path=usr/share/data
`));
});

suite('check: catchers from outside', () => {
  const PLUGGED = `
-- manifest --
file path=usr/bin/a mode=0555
depend type=require fmri=data
-- proto/usr/bin/a --
-- repo/data --
file path=usr/share/data
`;

  test('one that fails is a plug-in finding at the first line, and what it said before counts', async () => {
    const { manifest, world } = fixture(PLUGGED);
    const plugIns: World['plugIns'] = [
      {
        name: './own.mjs',
        inspect: async files => ({
          caught: new Map(
            files.map(({ entry }) => [
              entry,
              {
                faults: [],
                dependencies: [
                  {
                    catcher: 'own',
                    neededBy: entry.path,
                    what: 'x',
                    because: 'it says so',
                    anyOf: ['usr/share/none'],
                    confidence: 'likely',
                  },
                ],
              },
            ]),
          ),
          broken: 'took longer than 2 s',
        }),
      },
    ];
    const findings = await check(manifest, { ...world, plugIns }, new AbortController().signal);
    assert.deepEqual(
      findings.map(one => [one.code, one.severity, one.message, one.span.start]),
      [
        ['plug-in', 'warning', 'catcher ./own.mjs: took longer than 2 s', 0],
        ['undelivered', 'warning', 'needs x, which no known package delivers', 10],
      ],
    );
  });
});
