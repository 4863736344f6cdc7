import assert from 'node:assert/strict';
import type { Tree, TreeStatus } from '../../server/src/core/tree.ts';
import type { Ports } from '../../server/src/session.ts';
import { shown } from '../support/lsp-client.ts';
import { Bench, editor, greetings } from './running.ts';

/** A repository that is never done indexing, until it is aborted. */
class Endless {
  #tell = () => {};
  #busy = false;

  readonly ports = (ports: Ports): Ports => ({
    ...ports,
    openTree: async (root, buffers) => this.#over(await ports.openTree(root, buffers)),
  });

  #over(tree: Tree): Tree {
    const status = (): TreeStatus => ({
      ...tree.status(),
      repositories: [{ uri: './repo', state: this.#busy ? 'indexing' : 'failed' }],
    });
    const prepare = (signal: AbortSignal) => {
      this.#busy = true;
      this.#tell();
      return new Promise<void>((_, reject) =>
        signal.addEventListener('abort', () => {
          this.#busy = false;
          this.#tell();
          reject(signal.reason);
        }),
      );
    };
    const onChange = (listener: () => void) => {
      this.#tell = listener;
      return tree.onChange(listener);
    };
    const own: Partial<Record<PropertyKey, unknown>> = { status, prepare, onChange, prepared: false };
    return new Proxy(tree, {
      get: (target, key) => {
        if (key in own) return own[key];
        const value = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}

suite('lsp: progress of indexing', () => {
  const bench = new Bench();
  teardown(() => bench.takeDown());

  test('is shown to an editor that announces it, and cancelling leaves what the text alone says', async () => {
    const tree = bench.tree(greetings.replace('owner=root', 'owner=root owner=root'));
    const client = await bench.client({ capabilities: editor, folders: [tree.root] }, new Endless().ports);
    const pulled = client.pull(tree.path('greet.p5m'));
    const { token } = await client.wait('window/workDoneProgress/create');
    client.notify('window/workDoneProgress/cancel', { token });
    const texts = shown((await pulled).items);
    assert.ok(texts.length > 0);
    for (const text of texts) assert.match(text, /: syntax: /);
  });

  test('is not shown to others; status tells them', async () => {
    const tree = bench.tree(greetings);
    const client = await bench.client(
      { capabilities: { ...editor, window: {} }, folders: [tree.root] },
      new Endless().ports,
    );
    client.pull(tree.path('greet.p5m')).catch(() => {});
    const status = await client.wait(
      'packwright/status',
      ({ trees }) => trees[0]?.repositories[0]?.state === 'indexing',
    );
    assert.deepEqual(status.trees[0].repositories, [{ uri: './repo', state: 'indexing' }]);
    assert.ok(!client.sent.some(({ method }) => method.startsWith('window/workDoneProgress')));
  });
});
