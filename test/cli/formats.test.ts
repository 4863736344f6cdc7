import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseXml, type XmlElement } from '@rgrove/parse-xml';
import { Ajv2020 } from 'ajv/dist/2020';
import { sarif } from '../../client/src/cli/reporters/sarif.ts';
import type { Finding } from '../../server/src/core/model.ts';
import { packwright } from './command-line.ts';
import { inTree } from './package-tree.ts';

const example = resolve('examples/greetings');

/** A place in a manifest that a hostile name tries to break out of. */
const HOSTILE = `
-- packwright.yaml --
proto: [proto]
-- m.p5m --
set name=pkg.fmri value=pkg:/app/evil@1.0
file path="usr/bin/a,b::error file=x%0A<]]>&" owner=root group=bin mode=0444
-- proto/x --
x
`;

const NOTHING = {
  span: { start: 0, end: 0 },
  confidence: 'certain',
  neededBy: [],
  anyOf: [],
  candidates: [],
  variants: [],
  proof: [],
  fixes: [],
};

/** The same file twice, so that a proof has the same step twice. */
const TWICE = `
-- packwright.yaml --
proto: [proto]
-- m.p5m --
set name=pkg.fmri value=pkg:/app/twice@1.0
file path=usr/bin/s owner=root group=bin mode=0555
file path=usr/bin/s owner=root group=bin mode=0555
-- n.p5m --
set name=pkg.fmri value=pkg:/runtime/perl@1.0
file path=usr/bin/perl owner=root group=bin mode=0555
-- proto/usr/bin/s (mode=0755) --
#!/usr/bin/perl
-- proto/usr/bin/perl (mode=0755) --
x
`;

suite('packwright check --format sarif', () => {
  test('results are where the JSON has its findings, each with its rule and its fingerprint', async () => {
    const [run] = JSON.parse((await packwright(['check', '--format', 'sarif'], example)).out).runs;
    const { findings } = JSON.parse((await packwright(['check', '--format', 'json'], example)).out);
    const places = run.results.map(placeOf);
    assert.deepEqual(
      places,
      findings.map((one: Readonly<Record<string, unknown>>) => [
        one.code,
        one.manifest,
        one.line,
        one.column,
        one.endLine,
        one.endColumn,
      ]),
    );
    const rules = new Set(run.tool.driver.rules.map((rule: { id: string }) => rule.id));
    for (const { ruleId, level, message, partialFingerprints } of run.results) {
      assert.ok(rules.has(ruleId), ruleId);
      assert.match(level, /^(error|warning|note)$/);
      assert.ok(message.text);
      assert.match(partialFingerprints['packwright/v1'], /^[0-9a-f]{32}$/);
    }
  });

  test('a document has what SARIF 2.1.0 requires', async () => {
    const { out } = await packwright(['check', '--format', 'sarif'], example);
    const validate = new Ajv2020({ strict: false }).compile(REQUIRED);
    assert.ok(validate(JSON.parse(out)), JSON.stringify(validate.errors, undefined, 1));
  });

  test('each step of a proof is there once, and at a place', () =>
    inTree(TWICE, async root => {
      const { out } = await packwright(['check', '--format', 'sarif'], root);
      const { results } = JSON.parse(out).runs[0];
      const all = results.flatMap((one: { relatedLocations: readonly object[] }) => [one.relatedLocations]);
      assert.ok(all.length > 0);
      for (const steps of all) {
        assert.equal(new Set(steps.map((step: object) => JSON.stringify(step))).size, steps.length);
        for (const step of steps) assert.ok(step.physicalLocation.artifactLocation.uri);
      }
    }));

  test('a run holds no more than hosts take, the worst ones, and says so', () => {
    const finding = (severity: 'error' | 'hint') =>
      ({ ...NOTHING, severity, code: 'unneeded', message: 'm' }) as unknown as Finding;
    const many = Array.from({ length: 25_001 }, (_, n) => finding(n === 25_000 ? 'error' : 'hint'));
    const report = { checked: [{ path: '/w/m.p5m', text: '', findings: many }], faults: [], fixed: [] };
    const [run] = JSON.parse(sarif.write(report, { cwd: '/w', colours: false, failOn: 'hint' })).runs;
    assert.equal(run.results.length, 25_000);
    assert.equal(run.results.at(-1).level, 'error');
    assert.match(run.invocations[0].toolExecutionNotifications[0].message.text, /^1 less severe finding/);
  });

  test('what could not be read is a notification, and the run was no success', async () => {
    const { out, code } = await packwright(
      ['check', '--format', 'sarif', '--repository', '/absent'],
      example,
    );
    const [{ executionSuccessful, toolExecutionNotifications }] = JSON.parse(out).runs[0].invocations;
    assert.equal(code, 2);
    assert.equal(executionSuccessful, false);
    assert.match(toolExecutionNotifications[0].message.text, /does not exist/);
  });
});

suite('packwright check --format junit', () => {
  test('a manifest is a test case; what fails the run is a failure in it, the rest is its output', async () => {
    const { out } = await packwright(['check', '--format', 'junit', '--fail-on', 'error'], example);
    const { findings } = JSON.parse((await packwright(['check', '--format', 'json'], example)).out);
    const errors = findings.filter((one: { severity: string }) => one.severity === 'error');
    const cases = elements(parseXml(out).root, 'testcase');
    const failures = cases.flatMap(one => elements(one, 'failure').map(failure => [one, failure] as const));
    assert.deepEqual(
      failures.map(([{ attributes }, failure]) => [attributes.name, failure.attributes.type]),
      errors.map((one: { manifest: string; code: string }) => [one.manifest, one.code]),
    );
    const [suite] = elements(parseXml(out).root, 'testsuite');
    const failed = new Set(failures.map(([one]) => one));
    assert.equal(suite?.attributes.tests, String(cases.length));
    assert.equal(suite?.attributes.failures, String(failed.size));
    assert.ok(cases.some(one => elements(one, 'system-out').length > 0));
  });

  test('a line end in the name of a file stays one', () =>
    inTree('-- a.p5m --\nset name=pkg.fmri value=pkg:/a@1\n', async root => {
      renameSync(join(root, 'a.p5m'), join(root, 'a\n\tb.p5m'));
      const { out } = await packwright(['check', '--format', 'junit'], root);
      const [only] = elements(parseXml(out).root, 'testcase');
      assert.equal(only?.attributes.name, 'a\n\tb.p5m');
    }));

  test('names from anybody stay text', () =>
    inTree(HOSTILE, async root => {
      const { out } = await packwright(['check', '--format', 'junit'], root);
      assert.match(parseXml(out).text, /a,b::error file=x%0A<\]\]>&/);
    }));
});

suite('packwright check --format github', () => {
  test('each finding is one command at its place', async () => {
    const { out } = await packwright(['check', '--format', 'github'], example);
    const { findings } = JSON.parse((await packwright(['check', '--format', 'json'], example)).out);
    const lines = out.trimEnd().split('\n');
    assert.equal(lines.length, findings.length);
    const kinds = { error: 'error', warning: 'warning', hint: 'notice' };
    for (const [at, { severity, manifest, line, code }] of findings.entries()) {
      const kind = kinds[severity as keyof typeof kinds];
      assert.ok(lines[at]?.startsWith(`::${kind} file=${manifest},line=${line},`), lines[at]);
      assert.ok(lines[at]?.includes(`title=Packwright%3A ${code}::`), lines[at]);
    }
  });

  test('names from anybody begin no command of their own', () =>
    inTree(HOSTILE, async root => {
      const { out } = await packwright(['check', '--format', 'github'], root);
      assert.equal(out.trimEnd().split('\n').length, 1);
      assert.match(out, /a,b::error file=x%250A/);
      renameSync(join(root, 'm.p5m'), join(root, 'm\x1b[31m.p5m'));
      assert.match((await packwright(['check', '--format', 'github'], root)).out, /file=m\\e\[31m\.p5m,/);
    }));
});

function placeOf({ ruleId, locations: [{ physicalLocation }] }: SarifResult): readonly unknown[] {
  const { region, artifactLocation } = physicalLocation;
  const { startLine, startColumn, endLine, endColumn } = region;
  return [ruleId, artifactLocation.uri, startLine, startColumn, endLine, endColumn];
}

interface SarifResult {
  readonly ruleId: string;
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;
      };
    },
  ];
}

function elements(within: XmlElement | null, name: string): readonly XmlElement[] {
  const children = (within?.children ?? []).filter((one): one is XmlElement => one.type === 'element');
  return children.flatMap(one => [...(one.name === name ? [one] : []), ...elements(one, name)]);
}

/** The properties that SARIF 2.1.0 requires (section 3) of the objects that are written, and their kinds. */
const REQUIRED = {
  $defs: {
    message: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
    region: {
      type: 'object',
      required: ['startLine'],
      additionalProperties: { type: 'integer', minimum: 1 },
    },
    location: {
      type: 'object',
      properties: {
        message: { $ref: '#/$defs/message' },
        physicalLocation: {
          type: 'object',
          required: ['artifactLocation'],
          properties: { region: { $ref: '#/$defs/region' } },
        },
      },
    },
    change: {
      type: 'object',
      required: ['artifactLocation', 'replacements'],
      properties: {
        replacements: {
          type: 'array',
          minItems: 1,
          items: { type: 'object', required: ['deletedRegion'] },
        },
      },
    },
    result: {
      type: 'object',
      required: ['message', 'ruleId', 'level', 'locations'],
      properties: {
        message: { $ref: '#/$defs/message' },
        locations: { type: 'array', items: { $ref: '#/$defs/location' } },
        relatedLocations: { type: 'array', items: { $ref: '#/$defs/location' } },
        fixes: {
          type: 'array',
          items: {
            type: 'object',
            required: ['artifactChanges'],
            properties: {
              artifactChanges: { type: 'array', minItems: 1, items: { $ref: '#/$defs/change' } },
            },
          },
        },
      },
    },
  },
  type: 'object',
  required: ['version', 'runs'],
  properties: {
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool', 'results'],
        properties: {
          tool: { type: 'object', required: ['driver'] },
          columnKind: { const: 'utf16CodeUnits' },
          results: { type: 'array', items: { $ref: '#/$defs/result' } },
        },
      },
    },
  },
};
