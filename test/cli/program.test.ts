import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { LspClient } from '../support/lsp-client.ts';
import { builtPackwright, packwright, program } from './command-line.ts';
import { inTree } from './package-tree.ts';

const example = resolve('examples/greetings');
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const GENERATED = `-- list.cjs --
process.on('exit', () => process.stderr.write(process.moduleLoadList.join()));
-- foo.p5m --
set name=pkg.fmri value=foo@1
file path=usr/bin/foo owner=root group=bin mode=0555
-- usr/bin/foo --
#!/usr/bin/ksh93
`;

suite('the built program', function () {
  this.timeout(30_000);

  test('--version loads nothing that it does not need', () =>
    inTree(
      "-- list.cjs --\nprocess.on('exit', () => process.stderr.write(process.moduleLoadList.join()));\n",
      root => {
        const loaded = (argument: string) =>
          spawnSync(process.execPath, ['--require', join(root, 'list.cjs'), program, argument], {
            encoding: 'utf8',
          });
        assert.match(loaded('--help').stderr, /child_process/);
        assert.equal(loaded('--version').stdout, `${version}\n`);
        assert.doesNotMatch(loaded('--version').stderr, /child_process/);
      },
    ));

  const generating: readonly (readonly string[])[] = [
    ['-?'],
    ['-d'],
    ['-m', '-d', '.', 'foo.p5m'],
    ['-d', '.', 'gone.p5m'],
  ];
  for (const rest of generating)
    test(`depend generate ${rest.join(' ')} is the program's own, though the rest of it is not loaded`, () =>
      inTree(GENERATED, async root => {
        const argv = ['depend', 'generate', ...rest];
        const { code, out, err } = await packwright(argv, root);
        const list = ['--require', join(root, 'list.cjs')];
        const built = spawnSync(process.execPath, [...list, program, ...argv], {
          cwd: root,
          encoding: 'utf8',
        });
        assert.deepEqual([built.status, built.stdout], [code, out]);
        assert.ok(built.stderr.startsWith(err));
        assert.doesNotMatch(built.stderr, /child_process/);
      }));

  test('checks the example', () => {
    const { code, out, err } = builtPackwright(['check'], example);
    assert.equal(code, 1, err);
    assert.match(out, /error {2}undeclared/);
    assert.equal(err, '');
  });

  const colours: readonly [env: Readonly<Record<string, string>>, coloured: boolean][] = [
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ NO_COLOR: '1' }, false],
    [{ FORCE_COLOR: '0' }, false],
  ];
  for (const [env, coloured] of colours) {
    test(`a pipe with ${JSON.stringify(env)} is ${coloured ? 'coloured' : 'plain'}`, () =>
      assert.equal(/\u001b\[/.test(builtPackwright(['check'], example, env).out), coloured));
  }

  test('a reader that goes away is no error', () => {
    const { stderr } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${program}" check --format json | head -1`],
      { cwd: example, encoding: 'utf8' },
    );
    assert.equal(stderr, '');
  });

  test('much output through a pipe arrives whole', () =>
    inTree('\n', root => {
      const { out } = builtPackwright(['check', '--format', 'json', example], root);
      assert.equal(JSON.parse(out).version, 1);
    }));

  test('an interrupt ends it without a word', async () => {
    const child = spawn(process.execPath, [program, 'check', '/usr/share'], { cwd: example });
    let said = '';
    child.stderr.on('data', chunk => {
      said += chunk;
    });
    child.once('spawn', () => child.kill('SIGINT'));
    const [code, signal] = await new Promise<[number | null, string | null]>(done =>
      child.once('exit', (...how) => done(how)),
    );
    assert.ok(code === 130 || signal === 'SIGINT', `${code} ${signal}`);
    assert.doesNotMatch(said, /unexpected|\n\s+at /);
  });

  test('lsp --stdio is the language server, and ends with its client', async () => {
    const child = spawn(process.execPath, [program, 'lsp', '--stdio'], { cwd: example });
    const client = new LspClient(
      createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin)),
    );
    const ended = once(child, 'exit');
    await client.initialize({ folders: [example] });
    assert.ok(client.capabilities.hoverProvider);
    await client.request('shutdown', undefined);
    client.notify('exit', undefined);
    assert.deepEqual(await ended, [0, null]);
  });

  test('lsp without --stdio says what is missing', () => {
    const { code, err } = builtPackwright(['lsp'], example);
    assert.equal(code, 2);
    assert.match(err, /required option '--stdio'/);
  });
});
