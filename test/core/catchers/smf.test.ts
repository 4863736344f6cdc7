import assert from 'node:assert/strict';
import { smf } from '../../../server/src/core/catchers/smf.ts';
import type { Caught } from '../../../server/src/core/model.ts';
import { checks } from '../../support/check.ts';
import { caught, inspected, payload } from '../../support/payload.ts';

const HERE = 'lib/svc/manifest/application/x.xml';
const DOCTYPE = '<!DOCTYPE service_bundle SYSTEM "/usr/share/lib/xml/dtd/service_bundle.dtd.1">';

/** A manifest of the service application/x with a default instance and this in its service. */
function manifest(inner: string, instances = '<create_default_instance enabled="true"/>'): string {
  return `<?xml version="1.0"?>\n${DOCTYPE}\n<service_bundle type="manifest" name="x">
<service name="application/x" type="service" version="1">${instances}${inner}</service></service_bundle>\n`;
}

function dependency(attributes: string, ...fmris: readonly string[]): string {
  const values = fmris.map(fmri => `<service_fmri value="${fmri}"/>`).join('');
  return `<dependency name="d" restart_on="none" ${attributes}>${values}</dependency>`;
}

function says(content: string | Uint8Array, path = HERE): Caught {
  return caught(smf, payload(content, { path, mode: 0o444 }));
}

/** `candidates (confidence)` of all needs; those that nobody has to deliver have a question mark. */
function needs(content: string | Uint8Array, path = HERE): readonly string[] {
  return says(content, path).dependencies.map(
    ({ anyOf, confidence, unmet }) => `${anyOf.join(' ')} (${confidence}${unmet === 'nothing' ? '?' : ''})`,
  );
}

function faults(content: string | Uint8Array, path = HERE): readonly string[] {
  return says(content, path).faults.map(({ message }) => message);
}

suite('smf needs of dependencies', () => {
  const service = (grouping: string, ...fmris: readonly string[]) =>
    dependency(`type="service" grouping="${grouping}"`, ...fmris);
  const path = (fmri: string) => dependency('type="path" grouping="require_all"', fmri);
  const cases: readonly [name: string, inner: string, ...needs: string[]][] = [
    [
      'every service of require_all is certain',
      service('require_all', 'svc:/network/physical:default', 'svc:/milestone/multi-user'),
      'smf:network/physical:default (certain)',
      'smf:milestone/multi-user (certain)',
    ],
    [
      'one of require_any is enough',
      service('require_any', 'svc:/a/b', 'svc:/c/d:e'),
      'smf:a/b smf:c/d:e (certain)',
    ],
    [
      'an alternative that nobody knows may be the one',
      service('require_any', 'svc:/a/b', 'svc:/@NAME@:default'),
    ],
    ['an optional service may be absent', service('optional_all', 'svc:/a/b'), 'smf:a/b (hint?)'],
    ['an excluded service is no need', service('exclude_all', 'svc:/a/b')],
    [
      'a deleted dependency is none',
      dependency('type="service" grouping="require_all" delete="true"', 'svc:/a/b'),
    ],
    ['the local host may be named', service('require_all', 'svc://localhost/a/b:c'), 'smf:a/b:c (certain)'],
    ['the scheme may be absent', service('require_all', 'a/b:c'), 'smf:a/b:c (likely)'],
    [
      'a property belongs to its instance',
      service('require_all', 'svc:/a:b/:properties/c'),
      'smf:a:b (certain)',
    ],
    ['a legacy script is run by nobody who waits', service('require_all', 'lrc:/etc/rc2_d/S99x')],
    [
      'a service waits for itself in vain, but needs no package',
      service('require_all', 'svc:/application/x'),
    ],
    ['what is needed twice is one need', service('require_all', 'svc:/a/b', 'svc:/a/b'), 'smf:a/b (certain)'],
    [
      'a file may be made at installation',
      path('file://localhost/etc/x.conf'),
      'etc/x.conf dir:etc/x.conf (likely?)',
    ],
    ['a file may have no host', path('file:///etc/x.conf'), 'etc/x.conf dir:etc/x.conf (likely?)'],
    ['a file may be a plain path', path('/etc/../etc//x.conf'), 'etc/x.conf dir:etc/x.conf (likely?)'],
    [
      'one of several files is enough',
      dependency('type="path" grouping="require_any"', '/etc/a', '/etc/b'),
      'etc/a dir:etc/a etc/b dir:etc/b (likely?)',
    ],
    ['what lies in var is made at run time', path('file://localhost/var/db/x')],
    ['a file on another host is not ours', path('file://other/etc/x')],
    [
      'a restarter has to be there',
      '<restarter><service_fmri value="svc:/network/inetd:default"/></restarter>',
      'smf:network/inetd:default (certain)',
    ],
    [
      'the master restarter always is',
      '<restarter><service_fmri value="svc:/system/svc/restarter:default"/></restarter>',
    ],
  ];
  for (const [name, inner, ...expected] of cases)
    test(name, () => assert.deepEqual(needs(manifest(inner)), expected));

  test('a service without instances may never run', () => {
    const inner = service('require_all', 'svc:/a/b');
    assert.deepEqual(needs(manifest(inner, '')), ['smf:a/b (likely)']);
  });

  test('an instance replaces what its service says under the same name', () => {
    const inner = `${service('require_all', 'svc:/a')}<exec_method name="start" type="method" exec="/usr/lib/a"/>`;
    const own = `${service('require_all', 'svc:/b')}<exec_method name="start" type="method" exec="/usr/lib/b"/>`;
    const one = `<instance name="one" enabled="false">${own}</instance>`;
    assert.deepEqual(needs(manifest(inner, one)), ['smf:b (certain)', 'usr/lib/b (certain)']);
    const named = `<create_default_instance enabled="true"/>${one.replace('"one"', '"default"')}`;
    assert.deepEqual(needs(manifest(inner, named)), ['smf:b (certain)', 'usr/lib/b (certain)']);
    assert.deepEqual(needs(manifest(inner, `${one}<instance name="two" enabled="true"/>`)), [
      'smf:a (certain)',
      'usr/lib/a (certain)',
      'smf:b (certain)',
      'usr/lib/b (certain)',
    ]);
  });

  test('an instance has a restarter of its own in place of that of its service', () => {
    const by = (fmri: string) => `<restarter><service_fmri value="svc:/${fmri}"/></restarter>`;
    const one = `<instance name="one" enabled="false">${by('b:default')}</instance>`;
    assert.deepEqual(needs(manifest(by('a:default'), one)), ['smf:b:default (certain)']);
    assert.deepEqual(needs(manifest(by('a:default'), `${one}<instance name="two" enabled="true"/>`)), [
      'smf:a:default (certain)',
      'smf:b:default (certain)',
    ]);
  });
});

suite('smf needs of methods', () => {
  const cases: readonly [exec: string, ...needs: string[]][] = [
    ['/lib/svc/method/x start', 'lib/svc/method/x (certain)'],
    ['/lib/svc/method/x %m %{config/x}', 'lib/svc/method/x (certain)'],
    ['/bin/x', 'usr/bin/x (certain)'],
    ['/opt/x/bin/x -d', 'opt/x/bin/x (likely)'],
    ['/usr/local/bin/x', 'usr/local/bin/x (likely)'],
    ['/usr/lib/x &amp;', 'usr/lib/x (likely)'],
    ['/usr/lib/x;/usr/lib/y', 'usr/lib/x (likely)'],
    ['exec /usr/lib/x -a', 'usr/lib/x (likely)'],
    ["A=b C='d e' /usr/lib/x", 'usr/lib/x (likely)'],
    ["'/usr/lib/x' -a", 'usr/lib/x (likely)'],
    ["/sbin/sh -c '/usr/lib/x y'", 'sbin/sh (certain)', 'usr/lib/x (likely)'],
    ['/usr/bin/ksh93 -pc &quot;A=b /usr/lib/x; y&quot;', 'usr/bin/ksh93 (likely)', 'usr/lib/x (likely)'],
    ['. /lib/svc/share/smf_include.sh; x', 'lib/svc/share/smf_include.sh (likely)'],
    [':kill -HUP'],
    [':true'],
    ['sh -c /usr/lib/x'],
    ['%{config/program} -d'],
    ['/usr/%{arch}/x'],
    ['$DIR/x'],
    ['/@PREFIX@/bin/x'],
    ['/var/lib/x/run'],
    ['/'],
    [''],
  ];
  for (const [exec, ...expected] of cases) {
    test(exec === '' ? 'nothing' : exec, () => {
      const inner = `<exec_method type="method" name="start" exec="${exec}" timeout_seconds="0"/>`;
      assert.deepEqual(needs(manifest(inner)), expected);
    });
  }
});

suite('smf needs of credentials', () => {
  const cases: readonly [attributes: string, ...needs: string[]][] = [
    ['user="webservd" group="web"', 'user:webservd (likely)', 'group:web (likely)'],
    ['user="root" group="sys"'],
    ['user="root" group=":default" supp_groups="a, b"', 'group:a (likely)', 'group:b (likely)'],
    ['user="80" group="%{config/group}"'],
  ];
  for (const [attributes, ...expected] of cases) {
    test(attributes, () => {
      const context = `<method_context><method_credential ${attributes}/></method_context>`;
      const method = `<exec_method name="start" type="method" exec=":true">${context}</exec_method>`;
      const inInstance = `<instance name="default" enabled="true">${context}</instance>`;
      assert.deepEqual(needs(manifest(context)), expected);
      assert.deepEqual(needs(manifest(method)), expected);
      assert.deepEqual(needs(manifest('', inInstance)), expected);
    });
  }
});

suite('smf manifests', () => {
  const inner = dependency('type="service" grouping="require_all"', 'svc:/a/b:c');

  test('deliver their services and instances', () => {
    const instances = '<instance name="default" enabled="true"/><instance name="two" enabled="false"/>';
    assert.deepEqual(says(manifest('', instances)).provides, [
      'smf:application/x',
      'smf:application/x:default',
      'smf:application/x:two',
    ]);
    assert.deepEqual(says(manifest('')).provides, ['smf:application/x', 'smf:application/x:default']);
  });

  const places: readonly [path: string, ...needs: string[]][] = [
    ['var/svc/manifest/x.xml', 'smf:a/b:c (certain)'],
    ['opt/local/lib/svc/manifest/x.xml', 'smf:a/b:c (likely)'],
    ['usr/share/doc/x/x.xml', 'smf:a/b:c (hint?)'],
    ['lib/svc/manifest/x.txt'],
  ];
  for (const [path, ...expected] of places)
    test(`at ${path}: ${expected}`, () => assert.deepEqual(needs(manifest(inner), path), expected));

  test('need no DOCTYPE, and may be UTF-16', () => {
    const bare = manifest(inner).replace(DOCTYPE, '');
    const utf16 = new Uint8Array(Uint16Array.from(`\ufeff${bare}`, one => one.charCodeAt(0)).buffer);
    assert.deepEqual(needs(bare), ['smf:a/b:c (certain)']);
    assert.deepEqual(needs(utf16), ['smf:a/b:c (certain)']);
  });

  test('that are profiles need nothing and deliver nothing', () => {
    const profile = manifest(inner).replace('type="manifest"', 'type="profile"');
    assert.deepEqual(says(profile), { dependencies: [], faults: [] });
  });

  test('tell where they name what they need', () => {
    const text = manifest(`\n<!-- svc:/a/b:c -->${inner}<exec_method name="start" exec='/usr/lib/x'/>`);
    const shown = says(text).dependencies.map(({ at, what, because }) => {
      const line = text.split('\n')[at!.line]!;
      return [line.slice(at!.column, at!.endColumn), what, because];
    });
    assert.deepEqual(shown, [
      ['svc:/a/b:c', 'svc:/a/b:c', 'require_all dependency "d"'],
      ['/usr/lib/x', '/usr/lib/x', 'method start: /usr/lib/x'],
    ]);
  });

  test('elsewhere are told by what stands in their first 16 KiB', () => {
    const file = payload('<x/>'.padEnd(100_000), { path: 'usr/share/x.xml', mode: 0o444 });
    inspected(smf, file);
    assert.deepEqual(file.reads, [{ offset: 0, length: 16 * 1024 }]);
  });
});

suite('smf faults', () => {
  const cut = manifest('').slice(0, -20);
  const cases: readonly [name: string, content: string, message: RegExp][] = [
    ['XML that is cut off', cut, /XML is broken in line 4: Missing end tag for element service/],
    [
      'XInclude',
      manifest('<xi:include href="http://localhost/x.xml" xmlns:xi="http://www.w3.org/2001/XInclude"/>'),
      /XInclude is not followed/,
    ],
    ['an empty file', '', /XML is broken in line 1: Root element is missing/],
    [
      'an FMRI that is none',
      manifest(dependency('type="service" grouping="require_all"', 'svc:/a b')),
      /"svc:\/a b" is no service; name one such as/,
    ],
    [
      'a grouping that is none',
      manifest(dependency('type="service" grouping="all"', 'svc:/a')),
      /grouping "all" is none; use require_all/,
    ],
    [
      'a service without a name',
      manifest('').replace(' name="application/x"', ''),
      /service name "" is none/,
    ],
    ['an instance without a name', manifest('', '<instance enabled="true"/>'), /instance name "" is none/],
    ['a file beyond all size', `<a>${' '.repeat(5 << 20)}`, /larger than 4 MiB and is not read/],
    ['elements without end', '<a>'.repeat(1_000_000), /more than 100 deep in each other/],
    ['elements beyond all number', `<a>${'<b/>'.repeat(200_000)}</a>`, /more than 100000 elements/],
  ];
  for (const [name, content, message] of cases) {
    test(name, () => {
      const [first, ...others] = faults(content);
      assert.match(first ?? '', message);
      assert.deepEqual(others, []);
    });
  }

  test('outside the directories of manifests only the DOCTYPE makes one of broken XML', () => {
    assert.equal(faults(cut, 'usr/share/x.xml').length, 1);
    assert.deepEqual(faults(cut.replace(DOCTYPE, ''), 'usr/share/x.xml'), []);
    assert.deepEqual(faults('<service_bundle', 'usr/share/x.xml'), []);
  });

  test('entities are neither expanded nor fetched', () => {
    const bomb = `<!DOCTYPE service_bundle [<!ENTITY a "svc:/x"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>`;
    const inner = dependency('type="service" grouping="require_all"', '&b;', 'svc:/&c;', 'svc:/ok');
    const text = manifest(`${inner}<exec_method name="&c;" exec="/usr/lib/&a;"/>`).replace(DOCTYPE, bomb);
    assert.deepEqual(needs(text), ['smf:ok (certain)']);
    assert.deepEqual(faults(text), [
      'The entity &b; and 2 more is not expanded, so what holds it is not known; write its text out',
    ]);
  });

  test('every prefix and every flipped byte gives an answer', () => {
    const text = manifest(dependency('type="service" grouping="require_any"', 'svc:/a', 'b:c'));
    const sample = new TextEncoder().encode(`${text}<!-- ä -->`);
    for (let at = 0; at < sample.length; at++) {
      inspected(smf, payload(sample.subarray(0, at), { path: HERE }));
      for (const value of [0, 0x22, 0x26, 0x3c, 0x3e, 0x5d, 0xff])
        inspected(smf, payload(sample.with(at, value), { path: HERE }));
    }
  });

  test('no text takes long', () => {
    const hostile = [
      '<!--',
      '<a ',
      '&x;',
      '\r',
      ']]',
      '<![CDATA[',
      '"\'',
      '<?',
      '<a b="',
      '𝒳',
      '<!DOCTYPE a [',
    ];
    for (const part of hostile) {
      const text = `<service_bundle>${part.repeat(Math.floor(3_000_000 / part.length))}</service_bundle>`;
      inspected(smf, payload(text, { path: HERE }));
    }
  }).timeout(20_000);
});

suite('check: services', () => {
  const file = 'file path=lib/svc/manifest/application/x.xml mode=0444 owner=root group=sys';
  const proto = `-- proto/lib/svc/manifest/application/x.xml --
${manifest(dependency('type="service" grouping="require_all"', 'svc:/network/physical:default', 'svc:/milestone/multi-user'))}`;

  test('a service is delivered by whoever delivers an instance of it', () =>
    checks(
      `
-- manifest --
${file}
#    ^^^^ undeclared: needs svc:/network/physical:default, which service/network delivers
#    ^^^^ undeclared: needs svc:/milestone/multi-user, which service/milestone delivers
${proto}
-- repo/service/network --
set name=org.opensolaris.smf.fmri value=svc:/network/physical value=svc:/network/physical:default
-- repo/service/milestone --
set name=org.opensolaris.smf.fmri value=svc:/milestone/multi-user:default
`,
      { severities: ['error', 'error'] },
    ));

  test('a file that a package delivers should be declared, one that nobody delivers may be made later', () =>
    checks(
      `
-- manifest --
${file}
#    ^^^^ undeclared: needs file://localhost/etc/x.conf, which x/config delivers
-- proto/lib/svc/manifest/application/x.xml --
${manifest(dependency('type="path" grouping="require_all"', 'file://localhost/etc/x.conf', 'file:///etc/made'))}
-- repo/x/config --
file path=etc/x.conf
`,
      { severities: ['warning'] },
    ));

  test('another instance of a service is not the one', () =>
    checks(`
-- manifest --
${file}
#    ^^^^ undelivered: needs svc:/network/physical:default, which no known package delivers
depend type=require fmri=service/milestone
${proto}
-- repo/service/network --
set name=org.opensolaris.smf.fmri value=svc:/network/physical:nwam
-- repo/service/milestone --
set name=org.opensolaris.smf.fmri value=svc:/milestone/multi-user:default
`));
});
