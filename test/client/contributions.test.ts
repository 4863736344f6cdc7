import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const manifest = read('package.json');
const texts: Record<string, string> = read('package.nls.json');
const settings: Record<string, { scope: string; default: unknown; markdownDescription?: string }> =
  Object.assign(
    {},
    ...manifest.contributes.configuration.map(({ properties }: { properties: object }) => properties),
  );

suite('contributions', () => {
  test('every text of package.json is in package.nls.json, and no other', () => {
    const { contributes, capabilities } = manifest;
    const used = JSON.stringify({ contributes, capabilities }).matchAll(/"%([^%"]+)%"/g);
    assert.deepEqual([...new Set([...used].map(([, key]) => key))].sort(), Object.keys(texts).sort());
  });

  test('every file that package.json names is there', () => {
    const named = JSON.stringify(manifest.contributes).matchAll(/"\.\/([\w./-]+)"/g);
    const files = [manifest.icon, ...[...named].map(([, file]) => file)];
    assert.deepEqual(
      files.filter(file => !existsSync(file)),
      [],
    );
  });

  test('every setting of packwright.yaml that an editor can override is one, unset by default', () => {
    const overridable = Object.keys(read('schemas/packwright.schema.json').properties)
      // Facts of the tree, which no user has reason to see otherwise; modules are only run where the file names them.
      .filter(key => !['manifests', 'suppress', 'base', 'compressed', 'plugins'].includes(key))
      .sort();
    const offered = Object.keys(settings)
      .map(key => key.split('.')[1])
      .filter(key => key !== 'trace' && key !== 'sites');
    assert.deepEqual([...new Set(offered)].sort(), overridable);
    const own = Object.entries(settings).filter(([key]) => !/^packwright\.(trace|sites)\./.test(key));
    assert.deepEqual(
      own.filter(([, setting]) => setting.default !== null || setting.scope !== 'resource'),
      [],
    );
    assert.deepEqual(
      Object.entries(settings).filter(([, setting]) => !setting.markdownDescription),
      [],
    );
  });

  test('settings that name paths are ignored in Restricted Mode', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    assert.deepEqual(restrictedConfigurations, [
      'packwright.proto',
      'packwright.repositories',
      'packwright.sites.file',
    ]);
  });

  test('commands are of one category and have icons', () => {
    const commands: { category: string; icon: string }[] = manifest.contributes.commands;
    assert.deepEqual(
      commands.filter(({ category, icon }) => category !== 'Packwright' || !/^\$\(/.test(icon)),
      [],
    );
  });
});
