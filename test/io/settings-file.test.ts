import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { applyEdits } from '../../server/src/core/edits.ts';
import { DEFAULT_SETTINGS, readSettings } from '../../server/src/io/settings-file.ts';
import { settingsJsonSchema } from '../../server/src/io/settings-json-schema.ts';

const WHOLE = `
manifests: ["manifests/**/*.p5m"]
proto: ["{manifestDir}/proto", proto]
macros: { PYVER: "3.12" }
repositories:
  - uri: ./repo
closed: true
offline: true
policy: { transitive: direct, generated: [script] }
catchers: { script: on, elf: off }
base: { users: [oracle], groups: [dba] }
compressed: [{ path: "usr/share/games/**", unpack: off }]
incorporation: pkg:/entire@1
unlocked: [web/browser]
publishers: [site, openindiana.org]
plugins: [./tools/my-catcher.mjs]
suppress:
  - { code: undelivered, path: "usr/lib/foo/*", reason: "the vendor's plug-in" }
`;

/** The faults of a text: severity, the marked text, and what is said. */
function faults(text: string): readonly string[] {
  return readSettings(text).faults.map(
    ({ severity, span, message }) => `${severity} <${text.slice(span.start, span.end)}> ${message}`,
  );
}

suite('packwright.yaml', () => {
  test('every key has its value', () => {
    const { settings, faults, suppressSpans } = readSettings(WHOLE);
    assert.deepEqual(faults, []);
    assert.deepEqual(settings, {
      manifests: ['manifests/**/*.p5m'],
      proto: ['{manifestDir}/proto', 'proto'],
      macros: { PYVER: '3.12' },
      repositories: [{ uri: './repo' }],
      closed: true,
      offline: true,
      policy: { transitive: 'direct', generated: ['script'] },
      catchers: { script: 'on', elf: 'off' },
      base: { users: ['oracle'], groups: ['dba'] },
      compressed: [{ path: 'usr/share/games/**', unpack: 'off' }],
      incorporation: ['pkg:/entire@1'],
      unlocked: ['web/browser'],
      publishers: ['site', 'openindiana.org'],
      plugins: ['./tools/my-catcher.mjs'],
      suppress: [{ code: 'undelivered', path: 'usr/lib/foo/*', reason: "the vendor's plug-in" }],
    });
    const [span] = suppressSpans;
    assert.equal(WHOLE.slice(span?.start, span?.end).slice(0, 20), '{ code: undelivered,');
  });

  for (const [name, text] of [
    ['no file', undefined],
    ['an empty file', ''],
    ['a file of comments', '# nothing\n'],
  ] as const) {
    test(`${name} means the defaults`, () => {
      assert.deepEqual(readSettings(text), { settings: DEFAULT_SETTINGS, faults: [], suppressSpans: [] });
    });
  }

  test('editor and command line win key by key', () => {
    const { settings, suppressSpans } = readSettings(WHOLE, {
      proto: ['build'],
      macros: { ARCH: 'i386' },
      catchers: { elf: 'on' },
      suppress: [{ code: 'faulty', path: '**', reason: 'now' }],
    });
    assert.deepEqual(settings.proto, ['build']);
    assert.deepEqual(settings.macros, { PYVER: '3.12', ARCH: 'i386' });
    assert.deepEqual(settings.catchers, { script: 'on', elf: 'on' });
    assert.deepEqual(settings.manifests, ['manifests/**/*.p5m']);
    assert.deepEqual([settings.suppress.length, suppressSpans], [1, [undefined]]);
  });

  const cases: readonly [name: string, text: string, faults: readonly string[]][] = [
    ['an unknown key', 'protos: [x]\n', ['warning <protos> Unknown key "protos"; did you mean "proto"?']],
    [
      'an unknown key that is like none',
      'colour: red\n',
      [
        'warning <colour> Unknown key "colour"; known here: manifests, proto, macros, repositories, closed, offline, policy, catchers, base, compressed, incorporation, unlocked, publishers, plugins, suppress',
      ],
    ],
    [
      'an unknown key further in',
      'policy: { transitiv: direct }\n',
      ['warning <transitiv> Unknown key "transitiv"; did you mean "transitive"?'],
    ],
    [
      'an unknown catcher',
      'catchers: { elv: on }\n',
      ['warning <elv> Unknown key "elv"; did you mean "elf"?'],
    ],
    [
      'a wrong type',
      'proto: build # here\n',
      ['error <build> "proto" must be a list: put "- " before each entry, or [ ] around them'],
    ],
    [
      'a wrong value',
      'policy: { transitive: all }\n',
      ['error <all> "policy.transitive" must be "closure" or "direct"'],
    ],
    ['a wrong switch', 'catchers: { elf: true }\n', ['error <true> "catchers.elf" must be "on" or "off"']],
    [
      'a catcher that nobody knows',
      'policy: { generated: [elf, smv] }\n',
      ['error <smv> "policy.generated[1]" is not known; did you mean "smf"?'],
    ],
    [
      'a number as macro',
      'macros: { PYVER: 3.10 }\n',
      ['error <3.10> "macros.PYVER" must be text; put it in quotes: "3.10"'],
    ],
    [
      'a macro with its brackets',
      'macros: { "$(X)": a }\n',
      ['error <"$(X)"> "$(X)" is no name of a macro; write it without $( and )'],
    ],
    [
      'a suppression of a code that does not exist',
      'suppress: [{ code: undelivred, path: "*", reason: known }]\n',
      ['error <undelivred> "suppress[0].code" is not known; did you mean "undelivered"?'],
    ],
    [
      'a suppression without a reason',
      'suppress:\n  - { code: faulty, path: "*" }\n',
      [
        'error <{ code: faulty, path: "*" }> A suppression needs a reason: add "reason:" with a sentence for those who read it next year',
      ],
    ],
    [
      'a suppression with an empty reason',
      'suppress:\n  - { code: faulty, path: "*", reason: " " }\n',
      [
        'error <" "> A suppression needs a reason: add "reason:" with a sentence for those who read it next year',
      ],
    ],
    [
      'a key twice',
      'closed: true\nclosed: false\n',
      ['error <closed> This key stands here twice; only the last one counts, so take one out'],
    ],
    ['a list as a whole', '- closed\n', ['error <- closed\n> This file must be a mapping of keys to values']],
  ];
  for (const [name, text, expected] of cases) {
    test(`${name} is said at its place`, () => assert.deepEqual(faults(text), expected));
  }

  test('what is wrong is left out and all else counts', () => {
    const { settings, suppressSpans } = readSettings(`
closed: true
proto: build
macros: { A: 1, B: b }
suppress:
  - { code: faulty, path: a }
  - { code: faulty, path: b, reason: known }
`);
    assert.deepEqual(
      [settings.closed, settings.proto, settings.macros],
      [true, DEFAULT_SETTINGS.proto, { B: 'b' }],
    );
    assert.deepEqual(settings.suppress, [{ code: 'faulty', path: 'b', reason: 'known' }]);
    assert.equal(suppressSpans.length, 1);
    assert.ok((suppressSpans[0]?.start ?? 0) > 80);
  });

  test('bad YAML is an error and means the defaults', () => {
    const { settings, faults } = readSettings('proto: [a\nclosed: "\n');
    assert.deepEqual(settings, DEFAULT_SETTINGS);
    assert.match(faults[0]?.message ?? '', /^No valid YAML: /);
  });

  test('aliases that multiply are refused', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef'])
      lines.push(`${to}: &${to} [${`*${from},`.repeat(10)}]`);
    const { faults } = readSettings(lines.join('\n'));
    assert.match(faults[0]?.message ?? '', /^No valid YAML: Excessive alias count/);
  });

  test('a fix turns a fault into what was meant', () => {
    for (const [before, after] of [
      ['protos: [x]\n', 'proto: [x]\n'],
      ['macros: { PYVER: 3.10 }\n', 'macros: { PYVER: "3.10" }\n'],
    ] as const) {
      const fix = readSettings(before).faults[0]?.fix;
      assert.equal(applyEdits(before, fix?.edits ?? []), after);
      assert.deepEqual(faults(after), []);
    }
  });

  test('every beginning of a settings file is read without an exception', () => {
    for (let end = 0; end <= WHOLE.length; end++) readSettings(WHOLE.slice(0, end));
  });
});

suite('JSON schema of packwright.yaml', () => {
  const text = readFileSync(join(process.cwd(), 'schemas/packwright.schema.json'), 'utf8');

  test('is the one of the settings (npm run schema)', () => assert.equal(text, settingsJsonSchema()));

  test('accepts and refuses what the settings do', () => {
    const accepts = new Ajv({ strict: false }).compile(JSON.parse(text));
    assert.ok(accepts(parse(WHOLE)), JSON.stringify(accepts.errors));
    for (const bad of [
      'protos: []',
      'proto: x',
      'suppress: [{ code: a, path: b }]',
      'catchers: { elf: true }',
    ])
      assert.ok(!accepts(parse(bad)), bad);
  });

  test('describes every key, with an example', () => {
    const { properties } = JSON.parse(text) as { properties: Record<string, { description?: string }> };
    for (const [key, { description }] of Object.entries(properties))
      assert.match(description ?? '', /\.$/, key);
  });
});
