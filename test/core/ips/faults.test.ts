import assert from 'node:assert/strict';
import { applyEdits } from '../../../server/src/core/edits.ts';
import { type P5m, parseP5m } from '../../../server/src/core/ips/p5m.ts';
import { LineIndex } from '../../../server/src/core/line-index.ts';

/** Manifest, and each fault as `line:column+length severity: message`, with the title of its repair. */
type Case = readonly [name: string, manifest: string, faults: readonly string[]];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  'how lines are written': [
    [
      'a byte order mark is an error with a repair',
      '\uFEFFset name=a value=b\n',
      [
        '1:1+1 error: the file begins with a byte order mark, which becomes part of the first action type; remove it [Remove the byte order mark]',
      ],
    ],
    [
      'a misspelt action type is told with the one that was meant',
      'flie path=x\n',
      ['1:1+4 error: unknown action type "flie"; did you mean "file"? [Change to "file"]'],
    ],
    [
      'an unknown action type is told with all that exist',
      'nosuchaction path=x\n',
      [
        '1:1+12 error: unknown action type "nosuchaction"; use one of set, depend, file, dir, link, hardlink, driver, group, user, license, legacy, signature',
      ],
    ],
    [
      'an action needs attributes',
      'file\n',
      ['1:1+4 error: this file action has no attributes; add at least its key attribute, as key=value'],
    ],
    [
      'a type without payload takes no bare word',
      'dir foo path=x\n',
      [
        '1:5+3 error: "foo" is no attribute, and this action type has no payload; write key=value, or quote values with blanks',
      ],
    ],
    [
      'a bare word at the end lacks its value',
      'file p path=x owner\n',
      [
        '1:15+5 error: "owner" has no value; write owner=VALUE, or quote the value before it if it belongs there',
      ],
    ],
    [
      'a bare word in the middle is no attribute',
      'file path=x foo owner=root\n',
      [
        '1:13+3 error: "foo" is no attribute; write key=value, and put values with blanks into quotes (a quote counts only directly after "=")',
      ],
    ],
    [
      'blanks around = are an error',
      'file path=x owner= group=bin\nset name=x ="y"\n',
      [
        '1:13+6 error: owner has no value; write owner=VALUE, or owner="" for an empty one',
        '2:1+3 error: this set action lacks value; write set name=x value=VALUE',
        '2:12+1 error: an attribute name must stand before "="; write key=value without blanks',
      ],
    ],
    [
      'a quote inside a name is an error',
      'set na"me"=x value=y\n',
      [
        '1:1+3 error: the short form of set takes a single attribute; write set name=na"me" value=x before the others',
        '1:5+6 error: "na"me"" is no attribute; a quoted value must follow "=" directly, as in key="a value"',
      ],
    ],
    [
      'a quote must be closed',
      'file path="x\n',
      [
        '1:11+2 error: this quoted value has no end; close it with " (continue a long value with \\ at the end of the line)',
      ],
    ],
    [
      'a comment at the end of an action is an error',
      'set name=x value=x # c\n',
      [
        '1:20+3 error: a comment cannot stand inside an action, its words are read as attributes; move it to a line of its own before the action',
      ],
    ],
    [
      'a comment that looks like attributes is a warning',
      'set name=x value=y #c=1\n',
      [
        '1:20+4 warning: a comment cannot stand inside an action, its words are read as attributes; move it to a line of its own before the action',
      ],
    ],
    [
      'a comment inside a continuation is an error',
      'file path=x \\\n# owner me \\\n  mode=0555\n',
      [
        '2:1+10 error: a comment cannot stand inside an action, its words are read as attributes; move it to a line of its own before the action',
      ],
    ],
    [
      'a file must not end in a continuation',
      'set name=a value=b \\\n',
      [
        '1:20+1 error: the file ends in a continuation, and pkgsend(1) silently drops the unfinished action; remove the \\ or finish the action [Remove the backslash]',
      ],
    ],
    [
      'an empty line in a continuation divides the readers',
      'set name=a value=b \\\n\nset name=c value=d\n',
      [
        '1:20+1 warning: an empty line follows this \\: pkgmogrify(1) goes on behind it, the other tools end the action here; remove the \\ or the empty line [Remove the backslash]',
      ],
    ],
    [
      'blanks behind a backslash divide the readers',
      'set name=a value=b \\   \n value=c\n',
      [
        '1:21+3 warning: blanks after the \\: pkgsend(1) does not continue this line, pkgmogrify(1) and pkgdepend(1) do; remove them [Remove the blanks after the backslash]',
      ],
    ],
    [
      'a comment that swallows an action is a hint',
      '# a \\\nset name=a value=b\n',
      [
        '1:5+1 hint: this comment ends in \\, so the next line belongs to it; remove the \\ if that line is meant to count',
      ],
    ],
    ['a comment that swallows a comment is fine', '# a \\\n# b\nset name=a value=b\n', []],
    [
      'a continuation without a blank glues words',
      'file path=a \\\nowner=root\\\n  group=bin\n',
      [
        '2:11+1 warning: the next line is glued to this word, because a continuation joins lines with nothing between; put a blank before the \\ [Insert a blank before the backslash]',
      ],
    ],
    [
      'a directive must be closed',
      '<transform file -> drop\n',
      [
        '1:1+23 error: a directive must end in ">", or pkgmogrify(1) passes the line on as an action; close it, or end the line in \\ to continue',
      ],
    ],
    [
      'a directive must be known',
      '<foo>\n',
      ['1:1+5 error: unknown directive; use <transform ... -> ...> or <include FILE>'],
    ],
    [
      'a transform needs an arrow',
      '<transform file path=x>\n',
      [
        '1:1+23 error: a transform needs "->" between what it matches and what it does; write <transform TYPE ATTR=REGEX -> OPERATION ...>',
      ],
    ],
    [
      'an include needs a name',
      '<include >\n',
      ['1:1+10 error: the name of the file to include is missing; write <include FILE>'],
    ],
    [
      'a form feed ends a line for some readers only',
      'file path=a\fb\n',
      [
        '1:12+1 warning: character U+000C ends a line for pkgsend(1) but not for pkgmogrify(1) and pkgdepend(1); remove it',
      ],
    ],
  ],
  macros: [
    [
      'macros before types, directives and attributes are no faults',
      '$(i386_ONLY)file path=a\n$(A)$(B)file path=b\n$(X)<include foo>\n$(X)<transform file -> drop>\nfile path=c $(Y)mode=0555\nlicense $(FILE) license=$(LICENSE)\n$(EVERYTHING)\nfile path=d $(ATTRIBUTES)\n$(TYPE) path=x\n$(X)# no\n',
      [],
    ],
    [
      'values with macros are not judged',
      'file path=$(P) mode=$(M)\nfile path=$(P) mode=0$(M)\ndepend fmri=pkg:/a@$(V) type=$(T)\nlink path=l target=t mediator=python mediator-version=$!(V)$(W)\nuser username=$(U) group=$(G) uid=$(I)\nlicense x license=$(L)\nlicense y license=$(L)\n',
      [],
    ],
    [
      'actions behind different macros may share a path',
      '$(x)file path=b\n$(y)file path=b\ndir path=b\n',
      [],
    ],
  ],
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
      'file path=a pkg.depend.bypass-generate=*.so\nfile path=b pkg.depend.bypass-generate=.*/c\\+\\+\nfile path=c pkg.depend.bypass-generate=(?!x).*\n',
      [
        '1:40+4 error: this is no regular expression: nothing to repeat before "*"; put a \\ before characters that stand for themselves',
        '3:40+7 hint: this regular expression has no effect here: "(?!…" is not supported here; write a simpler one',
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

suite('faults of IPS manifests', () => {
  for (const [group, cases] of Object.entries(CASES)) {
    suite(group, () => {
      for (const [name, text, expected] of cases) {
        test(name, () => assert.deepEqual(faultsIn(read(text)), expected));
      }
    });
  }

  test('a repair takes its fault away and brings no new one', () => {
    for (const [, text] of Object.values(CASES).flat()) {
      const before = read(text);
      for (const fault of before.faults) {
        if (!fault.fix) continue;
        const after = read(applyEdits(text, fault.fix.edits));
        assert.equal(after.faults.length < before.faults.length, true, `${fault.message} in ${text}`);
      }
    }
  });

  test('a fragment is not judged as a package', () => {
    const text = 'file path=a\nfile path=a\nlink path=b\nset name=pkg.obsolete value=true\n';
    assert.deepEqual(parseP5m(text, { path: '/w/a.mog', macros: {} }).faults, []);
  });
});

function read(text: string): P5m {
  return parseP5m(text, { path: '/w/a.p5m', macros: {} });
}

function faultsIn(manifest: P5m): string[] {
  const lines = new LineIndex(manifest.text);
  return manifest.faults.map(({ severity, message, span, fix }) => {
    const { line, column } = lines.positionAt(span.start);
    const repair = fix ? ` [${fix.title}]` : '';
    return `${line + 1}:${column + 1}+${span.end - span.start} ${severity}: ${message}${repair}`;
  });
}
