import assert from 'node:assert/strict';
import { envCommands } from '../../../server/src/core/formats/env-line.ts';
import { markBeforeShebang, readShebang, SHEBANG_LIMIT } from '../../../server/src/core/formats/shebang.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

suite('readShebang', () => {
  const cases: readonly [content: string, line: string, interpreter: string | undefined, ending: string][] = [
    ['#!/bin/sh\nx', '#!/bin/sh', '/bin/sh', 'lf'],
    ['#!/bin/sh -e\r\nx', '#!/bin/sh -e', '/bin/sh', 'crlf'],
    ['#!/bin/sh\rx', '#!/bin/sh', '/bin/sh', 'cr'],
    ['#!/bin/sh\r', '#!/bin/sh', '/bin/sh', 'cr'],
    ['#!/bin/sh\0x\n', '#!/bin/sh', '/bin/sh', 'nul'],
    ['#!/bin/sh', '#!/bin/sh', '/bin/sh', 'none'],
    ['#!', '#!', undefined, 'none'],
    ['#! \t\n', '#! \t', undefined, 'lf'],
    ['#!\t sh\f\n', '#!\t sh\f', 'sh\f', 'lf'],
  ];
  for (const [content, line, interpreter, ending] of cases) {
    test(JSON.stringify(content), () => {
      const shebang = readShebang(encode(content))!;
      assert.deepEqual(
        [shebang.line, shebang.interpreter?.text, shebang.ending],
        [line, interpreter, ending],
      );
    });
  }

  test('there is none without both characters at the start', () => {
    for (const content of ['', '#', '# !', '!#', ' #!'])
      assert.equal(readShebang(encode(content)), undefined);
  });

  test('the kernel reads as many bytes as the line end fits in', () => {
    const line = `#!/${'x'.repeat(SHEBANG_LIMIT - 4)}`;
    assert.equal(readShebang(encode(`${line}\n`))!.ending, 'lf');
    assert.equal(readShebang(encode(`${line}x\n`))!.ending, 'cut');
    assert.equal(readShebang(encode(`${line}${'x'.repeat(9)}`))!.line.length, SHEBANG_LIMIT);
  });

  test('columns count UTF-16 units', () => {
    const { interpreter } = readShebang(encode('#! /𝒳/é -x\n'))!;
    assert.deepEqual(interpreter, { text: '/𝒳/é', start: 3, end: 8 });
  });

  test('a line that is no UTF-8 is shown as Latin-1', () => {
    const { line, utf8 } = readShebang(Uint8Array.of(0x23, 0x21, 0x2f, 0xe4, 10))!;
    assert.deepEqual([line, utf8], ['#!/ä', false]);
  });
});

suite('markBeforeShebang', () => {
  const cases: readonly [name: string, bytes: readonly number[], mark: string | undefined][] = [
    ['UTF-8', [0xef, 0xbb, 0xbf, 0x23, 0x21], 'UTF-8'],
    ['little UTF-16', [0xff, 0xfe, 0x23, 0, 0x21, 0], 'UTF-16'],
    ['big UTF-16', [0xfe, 0xff, 0, 0x23, 0, 0x21], 'UTF-16'],
    ['a mark before something else', [0xef, 0xbb, 0xbf, 0x23, 0x20], undefined],
    ['no mark', [0x23, 0x21], undefined],
    ['nothing', [], undefined],
  ];
  for (const [name, bytes, mark] of cases) {
    test(name, () => assert.equal(markBeforeShebang(Uint8Array.from(bytes)), mark));
  }
});

suite('envCommands', () => {
  const cases: readonly [line: string, ...names: string[]][] = [
    ['perl -w', 'perl'],
    ["-S 'a b' c", 'a'],
    ['-S "a\\"b"', 'a"b'],
    ["-S a' 'b", 'a'],
    ['-S a\\ b', 'a'],
    ["-S 'open", 'open'],
    ['-S \\', '\\'],
    ['-S a=b -S c', '-S'],
    ['-S -S -S perl', 'perl'],
    ['env env env env env perl', 'env', 'env', 'env', 'env'],
    ['=x perl', 'perl'],
    ['-0 -v --debug perl', 'perl'],
    ['-a x perl', 'perl'],
    ['-- -x', '-x'],
    ['--', ''],
    ['-u', ''],
  ];
  for (const [line, ...names] of cases) {
    test(line, () => {
      const found = envCommands(line, 0).map(({ name }) => name.text);
      assert.deepEqual(found, names.filter(Boolean));
    });
  }
});
