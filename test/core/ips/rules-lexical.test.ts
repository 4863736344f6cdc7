import { type FaultCase, faultSuite } from '../../support/faults.ts';

const CASES: Readonly<Record<string, readonly FaultCase[]>> = {
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
};

for (const [group, cases] of Object.entries(CASES)) faultSuite(`faults of ${group}`, cases);
