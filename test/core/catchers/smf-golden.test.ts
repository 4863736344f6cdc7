import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { smf } from '../../../server/src/core/catchers/smf.ts';
import type { Caught } from '../../../server/src/core/model.ts';
import { serviceNeed } from '../../../server/src/core/needs.ts';
import { caught, payload } from '../../support/payload.ts';

const DATA = join(process.cwd(), 'test/data/ips');

/** Services that we know of and the original does not, and why. */
const MORE: Readonly<Record<string, { readonly why: string; readonly names: readonly string[] }>> = {
  'smf-not-analysed': {
    why: 'we ask for no DOCTYPE, and take a leading slash for what it is',
    names: [
      'smf:application/leadslash',
      'smf:application/leadslash:default',
      'smf:application/x',
      'smf:application/x:default',
    ],
  },
};

suite('smf beside pkgdepend generate', () => {
  const cases = readdirSync(DATA).filter(name => name.startsWith('smf-'));

  for (const name of cases) {
    test(`${name}: ${MORE[name]?.why ?? 'the same services'}`, () => {
      const ours = new Set(delivered(name).flatMap(path => says(name, path).provides ?? []));
      const theirs = new Set(services(read(name, 'expected.generate')).map(serviceNeed));
      assert.deepEqual([...theirs.difference(ours)], []);
      assert.deepEqual([...ours.difference(theirs)].sort(), MORE[name]?.names ?? []);
    });
  }

  test('what it follows to files is needed, and certain', () => {
    const name = 'smf-service-dependencies';
    const files = readdirSync(join(DATA, name, 'proto/lib/svc/manifest'), {
      recursive: true,
      encoding: 'utf8',
    })
      .filter(one => one.endsWith('.xml'))
      .map(one => `lib/svc/manifest/${one}`);
    const owners = new Map(files.flatMap(path => (says(name, path).provides ?? []).map(one => [one, path])));
    const followed = needs(name).filter(one => one.because.startsWith('require_all'));
    assert.ok(followed.every(one => one.confidence === 'certain'));
    const ours = followed.map(one => owners.get(one.anyOf[0]!)).sort();
    const theirs = [
      ...read(name, 'expected.generate').matchAll(/depend\.file=(\S+) pkg\.debug\.depend\.path=(\S+)/g),
    ];
    assert.deepEqual(ours, theirs.map(([, file, directory]) => `${directory}/${file}`).sort());
  });

  test('what it cannot resolve is needed all the same', () => {
    const name = 'smf-unresolvable';
    const ours = needs(name).map(one => one.anyOf[0]);
    const theirs = [...read(name, 'expected.generate.err').matchAll(/dependency on (\S+)/g)];
    assert.deepEqual(ours.sort(), theirs.map(match => serviceNeed(match[1]!)).sort());
  });
});

function read(name: string, file: string): string {
  return readFileSync(join(DATA, name, file), 'utf8');
}

/** Values of `org.opensolaris.smf.fmri`. */
function services(text: string): readonly string[] {
  const lines = text.split('\n').filter(line => line.includes('name=org.opensolaris.smf.fmri'));
  return lines.flatMap(line => [...line.matchAll(/ value=(\S+)/g)].map(match => match[1]!));
}

/** Paths of the files that the manifest delivers where the system imports them. */
function delivered(name: string): readonly string[] {
  const paths = [...read(name, 'manifest.p5m').matchAll(/^file path=(\S+)/gm)].map(match => match[1]!);
  return paths.filter(path => !path.startsWith('usr/'));
}

function needs(name: string): Caught['dependencies'] {
  const all = delivered(name).flatMap(path => says(name, path).dependencies);
  return all.filter(one => one.confidence !== 'hint' && one.unmet !== 'nothing');
}

function says(name: string, path: string): Caught {
  const content = readFileSync(join(DATA, name, 'proto', path));
  return caught(smf, payload(content, { path, mode: 0o444 }));
}
