import { type FaultCase, faultSuite } from '../../support/faults.ts';

const CASES: Readonly<Record<string, readonly FaultCase[]>> = {
  attributes: [
    [
      'a key attribute may not repeat',
      'file path=x path=y\nset name=a name=b value=c\n',
      [
        '1:13+6 error: path may stand only once on a file action; keep one',
        '2:12+6 error: name may stand only once on a set action; keep one',
      ],
    ],
    [
      'a path must name something',
      'file path=/\nfile path=""\n',
      [
        '1:11+1 error: the path is empty; name what is delivered, relative to the root of the image',
        '2:11+2 error: the path is empty; name what is delivered, relative to the root of the image',
      ],
    ],
    [
      'a mode is octal',
      'file path=a mode=0999\nfile path=b mode=755\nfile path=c mode=04755\nfile path=d mode=14755\nfile path=e mode=rwx\n',
      [
        '1:18+4 error: "0999" is no mode; write three or four octal digits, such as 0555, or five beginning with 0',
        '4:18+5 error: "14755" is no mode; write three or four octal digits, such as 0555, or five beginning with 0',
        '5:18+3 error: "rwx" is no mode; write three or four octal digits, such as 0555, or five beginning with 0',
      ],
    ],
    [
      'preserve and overlay have known values',
      'file path=a preserve=yes\nfile path=b preserve=rename-new\nfile path=c overlay=maybe\nfile path=d preserve=install-only overlay=allow\n',
      [
        '1:22+3 warning: "yes" is no value of preserve; use true, renameold, renamenew, legacy, abandon, install-only',
        '2:22+10 warning: "rename-new" is no value of preserve; did you mean "renamenew"?',
        '3:21+5 warning: "maybe" is no value of overlay; use true, allow',
      ],
    ],
    [
      'preserve-version is a release, beside preserve',
      'file path=a preserve=true preserve-version=1-2\nfile path=b preserve-version=1.2\n',
      [
        '1:44+3 error: "1-2" is no release; write numbers with dots between, without build, branch and time',
        '2:13+20 error: preserve-version needs preserve; add preserve=true',
      ],
    ],
    [
      'owner and group are words',
      'file path=a owner="" group="a b"\n',
      [
        '1:19+2 error: "" is no name of a user or group; write one word',
        '1:28+5 error: "a b" is no name of a user or group; write one word',
      ],
    ],
    [
      'ids and sizes are numbers',
      'user username=a group=b uid=x\ngroup groupname=g gid=-1\nfile path=a pkg.size=1k\n',
      [
        '1:29+1 error: "x" is no number; write decimal digits',
        '3:22+2 error: "1k" is no number; write decimal digits',
      ],
    ],
    [
      'user attributes are single',
      'user username=a group=b group=c group-list=d group-list=e\n',
      ['1:25+7 error: group may stand only once on a user action; keep one'],
    ],
    [
      'a misspelt attribute is a hint',
      'user username=a group=b passwd=x\nfile path=a ownr=root colour=red\n',
      [
        '1:25+6 hint: passwd means nothing on a user action; did you mean password? [Rename to password]',
        '2:13+4 hint: ownr means nothing on a file action; did you mean owner? [Rename to owner]',
      ],
    ],
    [
      'an attribute may not be named data',
      'file path=a data=x\n',
      ['1:13+6 error: an attribute may not be named data; choose another name'],
    ],
    [
      'hash= repeats the payload or stands for it',
      'file b hash=c path=q\nfile b hash=b path=r\nfile hash=b path=s\ndir path=x hash=1\n',
      [
        '1:8+6 error: hash=c contradicts the payload word b; keep one of them',
        '4:12+6 error: hash is not allowed: a dir action has no payload; remove it',
      ],
    ],
    [
      'a mediated link says by what it is chosen',
      'link path=a target=b mediator=x\nlink path=b target=c mediator-version=1\nlink path=c target=d mediator=x_ mediator-version=a mediator-implementation=_ mediator-priority=z\nlink path=e target=f mediator=x mediator-implementation=i@2 mediator-priority=site\n',
      [
        '1:22+10 error: a mediated link needs mediator-version or mediator-implementation; add one',
        '2:22+18 error: mediator-version needs mediator; add mediator=NAME',
        '3:31+2 error: "x_" is no mediator name; use letters, digits and "-"',
        '3:51+1 error: "a" is no mediator version; write numbers with dots between, such as 3.12',
        '3:77+1 error: "_" is no mediator implementation; write a name of letters, digits and "-", or name@version',
        '3:97+1 error: "z" is no mediator priority; use vendor or site',
      ],
    ],
    [
      'a transform of the manifest may complete a mediated link',
      '<transform link mediator=x -> default mediator-version 1>\nlink path=a target=b mediator=x\n',
      [],
    ],
    [
      'a link needs a target',
      'link path=a\nhardlink path=b\n',
      [
        '1:1+4 error: this link action lacks target; add target=VALUE',
        '2:1+8 error: this hardlink action lacks target; add target=VALUE',
      ],
    ],
    [
      'facets have known values and one each',
      'file path=a facet.doc=yes\nfile path=b facet.doc=true facet.doc=all\n',
      [
        '1:23+3 warning: "yes" is no facet value; use true or all',
        '2:28+13 error: facet.doc may stand only once on a file action; keep one',
      ],
    ],
    [
      'clone_perms has three fields, or four with the minor name',
      'driver name=d clone_perms="a b"\ndriver name=e clone_perms="0666 root sys" clone_perms="x 0666 root sys"\n',
      [
        '1:27+5 error: clone_perms needs mode, owner and group, with the minor name before them where it differs from the driver',
      ],
    ],
    [
      'odd paths are compared as text',
      'file path=a//b\nfile path=c/../d\ndir path=e/\nfile path=a.b/..c/.d\n',
      [
        '1:11+4 warning: the path contains "//", which the tools compare as text; write one "/"',
        '2:11+6 warning: the path contains "." or ".."; write it without',
        '3:10+2 warning: the path ends in "/", which the tools compare as text; remove it',
      ],
    ],
    [
      'an unknown action is never published',
      'unknown name=x\n',
      ['1:1+7 error: an unknown action can never be published; use another type'],
    ],
    [
      'a run path is one string',
      'file path=a pkg.depend.runpath=x pkg.depend.runpath=y\nfile path=b pkg.depend.runpath=""\n',
      [
        '1:34+20 error: pkg.depend.runpath may stand only once on a file action; keep one',
        '2:32+2 error: an empty run path is refused by pkgdepend(1); name directories, separated by ":"',
      ],
    ],
    [
      'a bypass value is a regular expression',
      'file path=a pkg.depend.bypass-generate=*.so\nfile path=b pkg.depend.bypass-generate=.*/c\\+\\+\nfile path=c pkg.depend.bypass-generate=(x)\\1\n',
      [
        '1:40+4 error: this is no regular expression: nothing to repeat before "*"; put a \\ before characters that stand for themselves',
        '3:40+5 hint: this regular expression has no effect here: "\\1" is not supported here; write a simpler one',
      ],
    ],
  ],
  'set actions': [
    [
      'the short form stands alone',
      'set foo=bar variant.arch=i386\nset foo=bar\n',
      [
        '1:1+3 error: the short form of set takes a single attribute; write set name=foo value=bar before the others',
      ],
    ],
    [
      'a name alone sets the attribute "name"',
      'set name=foo\n',
      ['1:5+8 warning: this sets the attribute "name" to "foo"; write set name=foo value=VALUE'],
    ],
    [
      'a name needs a value',
      'set name=foo variant.arch=i386\n',
      ['1:1+3 error: this set action lacks value; write set name=foo value=VALUE'],
    ],
    [
      'some attributes have one value',
      'set name=pkg.summary value=a value=b\nset name=info.classification value=a value=b\n',
      ['1:30+7 error: pkg.summary has one value; keep one, or quote a value with blanks'],
    ],
    [
      'the FMRI of the package is judged',
      'set name=pkg.fmri value=pkg:/a/b@1.0,5.11-01\n',
      [
        '1:25+20 error: "pkg:/a/b@1.0,5.11-01" is no package FMRI: "1.0,5.11-01" is no version (release[,build][-branch][:timestamp], numbers without leading zeros)',
      ],
    ],
    [
      'switching the analysis off for everything is a hint',
      'set name=pkg.depend.bypass-generate value=.*\nfile path=a pkg.depend.bypass-generate=.*\n',
      [
        '1:43+2 hint: this switches the analysis of all files off; name what is to be ignored, on the file that needs it',
      ],
    ],
  ],
};

for (const [group, cases] of Object.entries(CASES)) faultSuite(`faults of ${group}`, cases);
