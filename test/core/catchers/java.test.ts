import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { java } from '../../../server/src/core/catchers/java.ts';
import type { Caught, ImplicitDependency } from '../../../server/src/core/model.ts';
import { classFile } from '../../support/java.ts';
import { caught, payload } from '../../support/payload.ts';
import { type Entry, zip } from '../../support/zip.ts';

const sample = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/data/java/${name}`));

function look(content: Uint8Array, path = 'usr/share/lib/java/app.jar'): Caught {
  return caught(java, payload(content, { path, mode: 0o444 }));
}

function messages({ faults }: Caught): readonly string[] {
  return faults.map(({ message }) => message);
}

function needsOf(content: Uint8Array, path?: string): readonly ImplicitDependency[] {
  const found = look(content, path);
  assert.deepEqual(messages(found), []);
  return found.dependencies;
}

/** Names of the classes and modules that are missing. */
function missing(content: Uint8Array, path?: string): readonly string[] {
  return needsOf(content, path)
    .filter(({ what }) => !what.startsWith('Java '))
    .flatMap(({ anyOf }) => anyOf)
    .filter(need => need.startsWith('java:'))
    .map(need => need.slice('java:'.length));
}

function release(content: Uint8Array, path?: string): ImplicitDependency | undefined {
  return needsOf(content, path).find(({ what }) => what.startsWith('Java '));
}

const entry = (name: string, data: Uint8Array | string): Entry => ({ name, data });
const classEntry = (name: string, options?: Parameters<typeof classFile>[1]): Entry =>
  entry(`${name}.class`, classFile(name, options));

suite('java release', () => {
  const cases: readonly [major: number, what: string, because: RegExp, first: string][] = [
    [45, 'Java 1.1', /class file version 45 of A$/, 'usr/jdk/instances/openjdk1.8.0/bin/java'],
    [52, 'Java 8', /version 52/, 'usr/jdk/instances/openjdk1.8.0/bin/java'],
    [55, 'Java 11', /version 55/, 'usr/jdk/instances/openjdk11.0/bin/java'],
    [61, 'Java 17', /version 61/, 'usr/jdk/instances/openjdk17.0/bin/java'],
    [69, 'Java 25', /version 69/, 'usr/jdk/instances/openjdk25.0/bin/java'],
  ];
  for (const [major, what, because, first] of cases) {
    test(`version ${major} is ${what}, or newer`, () => {
      const need = release(classFile('A', { major }), 'opt/x/A.class')!;
      assert.equal(need.what, what);
      assert.match(need.because, because);
      assert.equal(need.anyOf[0], first);
      assert.equal(need.confidence, 'likely');
      assert.ok(need.anyOf.includes('usr/jdk/openjdk25/bin/java'));
    });
  }

  test('older releases will not do', () => {
    const { anyOf } = release(classFile('A', { major: 61 }), 'opt/x/A.class')!;
    assert.deepEqual(
      anyOf.filter(path => /1\.8\.0|k-?(8|9|1[0-6])\b|usr\/bin/.test(path)),
      [],
    );
    assert.ok(release(classFile('A', { major: 52 }), 'opt/x/A.class')!.anyOf.includes('usr/bin/java'));
  });

  test('preview features run on one release only', () => {
    const need = release(sample('Preview.class'), 'opt/x/Preview.class')!;
    assert.equal(need.because, 'class file version 69 of Preview, compiled with preview features');
    assert.ok(need.anyOf.every(path => /25/.test(path)));
    assert.equal(need.anyOf.at(-1), 'java:exact:25');
  });

  test('the newest class of an archive counts, but for those that older releases never load', () => {
    const jar = zip([
      classEntry('org/example/Old', { major: 50 }),
      classEntry('org/example/New', { major: 55 }),
      entry('META-INF/versions/21/org/example/Old.class', classFile('org/example/Old', { major: 65 })),
      entry('module-info.class', classFile('module-info', { major: 69 })),
    ]);
    assert.equal(release(jar)?.because, 'class file version 55 of org.example.New');
  });

  test('an archive without classes needs no Java', () =>
    assert.equal(release(zip([entry('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\n\n')])), undefined));

  test('a file of a JDK may be served by the same JDK', () => {
    const path = 'usr/jdk/instances/openjdk17.0.9/jmods/java.base.jmod';
    assert.equal(release(sample('texts.jmod'), path)?.anyOf[0], 'usr/jdk/instances/openjdk17.0.9/bin/java');
  });
});

suite('java references', () => {
  test('of a jar made by the real tools, each class and module that is in neither jar nor platform', () =>
    assert.deepEqual([...missing(sample('greeter.jar'))].sort(), [
      'module:org.example.texts',
      'org/example/gone/Gone',
      'org/example/gone/Seen',
      'org/example/texts/Plain',
      'org/example/texts/Texts',
    ]));

  test('of a class file alone, likewise', () => {
    const found = missing(sample('Main.class'), 'opt/x/org/example/greet/Main.class');
    assert.deepEqual([...found].sort(), [
      'org/example/gone/Gone',
      'org/example/gone/Seen',
      'org/example/greet/Main$Größe',
      'org/example/greet/Version',
      'org/example/texts/Plain',
      'org/example/texts/Texts',
    ]);
  });

  test('a file brings its classes and modules, by every name that a module has', () => {
    const { provides } = look(sample('greeter.jar'), 'usr/share/lib/java/greet-er-1.2.3.jar');
    assert.deepEqual([...provides!].sort(), [
      'java:module:org.example.greet',
      'java:module:org.example.named',
      'java:org/example/greet/Main',
      'java:org/example/greet/Main$Größe',
      'java:org/example/greet/Version',
    ]);
    const automatic = look(zip([classEntry('A')]), 'opt/commons-io_core-2.11.0-SNAPSHOT.jar').provides;
    assert.deepEqual(automatic, ['java:module:commons.io.core', 'java:A']);
    assert.ok(look(sample('texts.jmod'), 'x/texts.jmod').provides!.includes('java:org/example/texts/Plain'));
  });

  test('arrays, descriptors and primitives', () => {
    const content = classFile('A', {
      refersTo: ['[[Lorg/x/One;', '[I', 'A'],
      descriptors: ['(ILorg/x/Two;[[Lorg/x/Three;JLjava/lang/String;)Lorg/x/Four;', '()V'],
    });
    assert.deepEqual(missing(content, 'A.class'), ['org/x/One', 'org/x/Two', 'org/x/Three', 'org/x/Four']);
  });

  test('of nested classes, those of which something is used: the others are of annotations', () => {
    const content = classFile('A', {
      nested: ['note/API$Status', 'lib/X$Y', 'java/util/Map$Entry'],
      calls: ['lib/X$Y'],
    });
    assert.deepEqual(missing(content, 'A.class'), ['lib/X$Y']);
  });

  test('what the platform lost in release 11 belongs to it before', () => {
    const refersTo = [
      'javax/xml/bind/JAXB',
      'javax/sql/DataSource',
      'javax/servlet/Servlet',
      'sun/misc/Unsafe',
    ];
    const at = (major: number) => missing(classFile('A', { major, refersTo }), 'A.class');
    assert.deepEqual(at(52), ['javax/servlet/Servlet']);
    assert.deepEqual(at(55), ['javax/xml/bind/JAXB', 'javax/servlet/Servlet']);
  });

  test('archives in archives bring classes, packed or stored', () => {
    const inner = zip([classEntry('lib/One', { refersTo: ['lib/Two', 'lib/Gone'] })]);
    const stored = zip([classEntry('lib/Two')]);
    const war = zip([
      entry('WEB-INF/classes/app/Main.class', classFile('app/Main', { refersTo: ['lib/One', 'lib/Two'] })),
      entry('WEB-INF/lib/one.jar', inner),
      { name: 'WEB-INF/lib/two.jar', data: stored, method: 0 },
    ]);
    assert.deepEqual(missing(war, 'opt/x/app.war'), ['lib/Gone']);
    const ear = zip([entry('app.war', war)]);
    assert.deepEqual(missing(ear, 'opt/x/app.ear'), ['lib/Gone']);
  });

  test('the class that a manifest starts must be there', () => {
    const jar = zip([
      entry(
        'META-INF/MANIFEST.MF',
        'Manifest-Version: 1.0\r\nMain-Class: org.exam\r\n ple.Main\r\n\r\nName: x\r\n',
      ),
    ]);
    assert.deepEqual(
      needsOf(jar).map(({ what, because }) => [what, because]),
      [['class org.example.Main', 'Main-Class org.example.Main']],
    );
  });

  test('what many classes refer to is told once, and of one file no more than a thousand', () => {
    const refersTo = Array.from({ length: 1500 }, (_, at) => `gone/C${at}`);
    const jar = zip([classEntry('A', { refersTo }), classEntry('B', { refersTo })]);
    assert.equal(missing(jar).length, 1000);
  });
});

suite('java class path', () => {
  const classPath = (value: string) =>
    needsOf(zip([entry('META-INF/MANIFEST.MF', `Class-Path: ${value}\n`)])).map(
      ({ anyOf, confidence }) => `${anyOf} (${confidence})`,
    );

  const cases: readonly [value: string, ...needs: string[]][] = [
    ['a.jar  lib/b.jar', 'usr/share/lib/java/a.jar (likely)', 'usr/share/lib/java/lib/b.jar (likely)'],
    ['../x/./c.jar', 'usr/share/lib/x/c.jar (likely)'],
    ['/opt/y/d.jar', 'opt/y/d.jar (likely)'],
    ['file:/opt/y/e%20e.jar file:///opt/y/f.jar', 'opt/y/e e.jar (likely)', 'opt/y/f.jar (likely)'],
    ['classes/', 'dir:usr/share/lib/java/classes (likely)'],
    ['a.jar a.jar#x', 'usr/share/lib/java/a.jar (likely)'],
    ['https://example.org/g.jar //host/h.jar %ff.jar %00.jar ../../../..'],
  ];
  for (const [value, ...needs] of cases) test(value, () => assert.deepEqual(classPath(value), needs));

  test('of the real jar', () =>
    assert.deepEqual(
      needsOf(sample('greeter.jar'))
        .filter(({ because }) => because.startsWith('Class-Path'))
        .map(({ anyOf }) => anyOf[0]),
      ['usr/share/lib/java/lib/texts.jar', 'dir:usr/share/lib/java/a directory', 'usr/share/lib/java/x.jar'],
    ));
});

suite('java claims', () => {
  const cases: readonly [name: string, path: string, content: Uint8Array, yes: boolean][] = [
    ['a class file', 'A.class', classFile('A'), true],
    ['a Mach-O file for two processors', 'A.class', Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2), false],
    ['a class of PHP', 'db.class', new TextEncoder().encode('<?php'), false],
    ['a jar behind a start script', 'x.JAR', new TextEncoder().encode('#!/bin/sh'), true],
    ['an empty file', 'x.jar', new Uint8Array(0), false],
    ['a ZIP file', 'x.zip', zip([]), false],
  ];
  for (const [name, path, content, yes] of cases) {
    test(`${yes ? '' : 'not '}${name}`, () =>
      assert.equal(java.claims({ path, mode: 0o444, bytes: content.subarray(0, 64) }), yes));
  }
});
