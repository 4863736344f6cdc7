import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';

suite('grammar', () => {
  for (const file of globSync('test/syntaxes/*.p5m').sort()) {
    const title = /^# SYNTAX TEST "[^"]+" "(?<title>[^"]+)"/.exec(readFileSync(file, 'utf8'))?.groups?.title;
    test(title ?? file, () => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['node_modules/vscode-tmgrammar-test/dist/unit.js', '-g', 'syntaxes/p5m.tmLanguage.json', file],
        { encoding: 'utf8' },
      );
      assert.equal(status, 0, `${stdout}\n${stderr}`);
    });
  }
});
