import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { packwright } from './command-line.ts';

suite('packwright check --format json', () => {
  const example = resolve('examples/greetings');
  const schema = JSON.parse(readFileSync('docs/check.schema.json', 'utf8'));

  test('the example workspace gives a document of the published schema', async () => {
    const { out } = await packwright(['check', '--format', 'json'], example);
    const validate = new Ajv2020({ allErrors: true }).compile(schema);
    assert.ok(validate(JSON.parse(out)), JSON.stringify(validate.errors, undefined, 1));
  });

  test('the same input gives the same bytes', async () => {
    const runs = [1, 2].map(() => packwright(['check', '--format', 'json'], example));
    const [first, second] = await Promise.all(runs);
    assert.equal(first?.out, second?.out);
  });

  test('places count from one, paths are relative, fixes say what to write', async () => {
    const { out } = await packwright(
      ['check', '--format', 'json', 'manifests/broken/variant-gap.p5m'],
      example,
    );
    const { findings } = JSON.parse(out);
    const [finding] = findings;
    assert.equal(findings.length, 1);
    assert.equal(finding.manifest, 'manifests/broken/variant-gap.p5m');
    const lines = readFileSync(resolve(example, finding.manifest), 'utf8').split('\n');
    const at = lines[finding.line - 1]?.slice(finding.column - 1, finding.endColumn - 1);
    assert.equal(at, 'usr/bin/knell');
    assert.deepEqual(finding.neededBy, ['usr/bin/knell']);
    assert.equal(finding.neededByLine, 1);
    assert.deepEqual(finding.anyOf, ['usr/bin/perl']);
    assert.deepEqual(finding.candidates, ['runtime/perl']);
    assert.ok(
      finding.fixes.some((fix: { edits: { newText: string }[] }) =>
        /runtime\/perl|variant/.test(fix.edits[0]?.newText ?? ''),
      ),
    );
    assert.ok(finding.proof.some((step: { file?: string }) => step.file === 'proto/usr/bin/knell'));
  });
});
