import { type FaultCase, faultSuite } from '../../support/faults.ts';

const CASES: Readonly<Record<string, readonly FaultCase[]>> = {
  dependencies: [
    [
      'types are known',
      'depend type=reqire fmri=a\ndepend type=sometype fmri=b\n',
      [
        '1:13+6 error: unknown dependency type "reqire"; did you mean "require"?',
        '2:13+8 error: unknown dependency type "sometype"; use one of require, require-any, conditional, optional, incorporate, exclude, group, group-any, origin, parent',
      ],
    ],
    [
      'fmri and type are required',
      'depend type=require\ndepend fmri=a\n',
      [
        '1:1+6 error: this depend action lacks its key attribute fmri; add fmri=VALUE',
        '2:1+6 error: this depend action lacks type; add type=VALUE',
      ],
    ],
    [
      'FMRIs are judged',
      'depend type=require fmri=pkg:foo\ndepend type=require fmri=a@01\ndepend type=require fmri=a_b/.c\ndepend type=require fmri=__TBD\n',
      [
        '1:26+7 error: "pkg:foo" is no package FMRI: a "/" must follow "pkg:"',
        '2:26+4 error: "a@01" is no package FMRI: "01" is no version (release[,build][-branch][:timestamp], numbers without leading zeros)',
        '3:26+6 error: "a_b/.c" is no package FMRI: "a_b/.c" is no package name (components of letters, digits and "_-.+", separated by "/")',
      ],
    ],
    [
      'only the -any types have several',
      'depend type=require fmri=a fmri=b\ndepend type=require-any fmri=a fmri=b\n',
      [
        '1:28+6 error: a require dependency has one fmri; write one depend action for each, or type=require-any if one of them will do',
      ],
    ],
    [
      'predicate belongs to conditional',
      'depend type=conditional fmri=a\ndepend type=require fmri=b predicate=c\ndepend type=conditional fmri=a predicate=c@x\n',
      [
        '1:1+6 error: a conditional dependency needs predicate=, the package whose presence makes it hold; add it',
        '2:28+11 error: predicate is only allowed on a dependency of type conditional; remove it, or change the type',
        '3:42+3 error: "c@x" is no package FMRI: "x" is no version (release[,build][-branch][:timestamp], numbers without leading zeros)',
      ],
    ],
    [
      'root-image belongs to origin',
      'depend type=require fmri=a root-image=true\ndepend type=origin fmri=a@1 root-image=true\n',
      [
        '1:28+15 error: root-image is only allowed on a dependency of type origin; remove it, or change the type',
      ],
    ],
    [
      'a publisher is a warning',
      'depend type=require fmri=pkg://p/a@1\n',
      ['1:26+11 warning: a dependency should name no publisher (pkg(7)); write pkg:/a'],
    ],
    [
      'an incorporation needs a version',
      'depend type=incorporate fmri=a\n',
      ['1:30+1 warning: an incorporate dependency without a version constrains nothing; add @VERSION'],
    ],
  ],
  'the package': [
    [
      'a path is delivered once',
      'file path=a\nfile path=a\ndir path=/a\n',
      [
        '2:11+1 error: a is delivered twice; keep one of the two files, or tag them with different variants (line 1)',
        '3:10+2 error: a is delivered as dir here and as file before; keep one of them, or tag them with different variants (line 1)',
      ],
    ],
    [
      'disjoint variants never meet',
      'file path=a variant.arch=i386\nfile path=a variant.arch=sparc\nfile path=a variant.arch=sparc variant.arch=arm\n',
      [
        '3:11+1 error: a is delivered twice; keep one of the two files, or tag them with different variants (line 2)',
      ],
    ],
    [
      'directories agree',
      'dir path=d mode=0755\ndir path=d mode=755 owner=root\ndir path=d mode=0700\n',
      ['3:10+1 error: d has mode 0700 here and 0755 before; make them agree (line 1)'],
    ],
    [
      'links agree',
      'link path=l target=a\nlink path=l target=b\n',
      ['2:11+1 error: l has target b here and a before; make them agree (line 1)'],
    ],
    [
      'mediated links may differ',
      'link path=m target=a mediator=x mediator-version=1\nlink path=m target=b mediator=x mediator-version=2\nlink path=m target=a\nlink path=m target=c mediator=y mediator-version=1\n',
      [
        '3:11+1 error: m is a mediated link on one line and not on the other; give both the mediator (line 1)',
        '4:11+1 error: m has mediator y here and x before; use one (line 1)',
      ],
    ],
    [
      'an overlay is a pair',
      'file path=c overlay=true\nfile path=c overlay=allow\nfile path=e overlay=true\nfile path=e overlay=allow preserve=true\nfile path=f overlay=true\nfile path=f\n',
      [
        '2:11+1 error: the file c with overlay=allow needs preserve; add preserve=true (line 1)',
        '6:11+1 error: an overlay of f needs overlay=true on one file and overlay=allow on the other; correct the two (line 5)',
      ],
    ],
    [
      'an overlay may deny other attributes',
      'file path=e overlay=true mode=0644\nfile path=e overlay=allow preserve=true mode=0600 overlay-attributes=deny\n',
      ['2:11+1 error: e has mode 0600 here and 0644 before; make them agree (line 1)'],
    ],
    [
      'drivers, users, groups and licenses have one action',
      'driver name=d\ndriver name=d\nuser username=a group=g\nuser username=a group=h\ngroup groupname=g\ngroup groupname=g\nlicense a license=x\nlicense b license=x\n',
      [
        '2:8+6 error: driver d is delivered twice (line 1); keep one, or tag them with different variants',
        '4:6+10 error: user a is delivered twice (line 3); keep one, or tag them with different variants',
        '6:7+11 error: group g is delivered twice (line 5); keep one, or tag them with different variants',
        '8:11+9 error: license x is delivered twice (line 7); keep one, or tag them with different variants',
      ],
    ],
    [
      'a package has one name',
      'set name=pkg.fmri value=pkg:/a@1\nset name=pkg.fmri value=pkg:/b@1\n',
      ['2:1+32 error: the package is named twice (line 1); keep one pkg.fmri'],
    ],
    [
      'an obsolete package has no content',
      'set name=pkg.obsolete value=true\nfile path=a\ndepend type=require fmri=b\n',
      [
        '2:1+11 error: an obsolete package has only set and signature actions; remove this one',
        '3:1+26 error: an obsolete package has only set and signature actions; remove this one',
      ],
    ],
    [
      'a renamed package only depends',
      'set name=pkg.renamed value=true\nfile path=a\ndepend type=require fmri=b\n',
      ['2:1+11 error: a renamed package has only set, depend and signature actions; remove this one'],
    ],
    [
      'a renamed package requires its new name',
      'set name=pkg.renamed value=true\ndepend type=optional fmri=b\n',
      [
        '1:1+31 error: a renamed package requires what it was renamed to; add depend type=require fmri=pkg:/NEW-NAME',
      ],
    ],
    [
      'a package is not obsolete and renamed',
      'set name=pkg.obsolete value=true\nset name=pkg.renamed value=true\n',
      ['2:1+31 error: a package cannot be obsolete and renamed; remove pkg.obsolete or pkg.renamed'],
    ],
    [
      'reserved trees are warned of',
      'file path=tmp/x\ndir path=var/tmp\nfile path=/system/volatile/x\nfile path=tmpx/y\n',
      [
        '1:11+5 warning: tmp/x lies in a tree that pkg(7) reserves; deliver it elsewhere',
        '3:11+18 warning: /system/volatile/x lies in a tree that pkg(7) reserves; deliver it elsewhere',
      ],
    ],
  ],
};

for (const [group, cases] of Object.entries(CASES)) faultSuite(`faults of ${group}`, cases);
