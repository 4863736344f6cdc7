import type { Tree } from '../core/tree.ts';
import { type Status, statusNotification, type TreeState } from '../protocol.ts';
import { calmly } from './after.ts';
import type { Feature } from './context.ts';
import { uriOf } from './convert.ts';

/** A few times a second at most (ms). */
const PACE = 200;

/** Tells the client what the trees are busy with and what they lack. */
export const status: Feature = {
  attach() {},

  begin({ connection, session, stopping, options }) {
    if (options.status !== true) return;
    let sent = '';
    const tell = () => {
      const now: Status = { trees: session.trees.map(stateOf) };
      const text = JSON.stringify(now);
      if (text === sent) return;
      sent = text;
      void connection.sendNotification(statusNotification, now);
    };
    session.onChange(calmly(PACE, stopping, tell));
  },
};

function stateOf(tree: Tree): TreeState {
  const { unbuilt, repositories, workspace } = tree.status();
  return {
    root: uriOf(tree.root),
    unbuilt: unbuilt.map(path =>
      path.startsWith(`${tree.root}/`) ? path.slice(tree.root.length + 1) : path,
    ),
    repositories: repositories.map(({ fault, note, ...state }) => {
      const message = fault?.message ?? note;
      return { ...state, ...(message !== undefined && { message }) };
    }),
    manifests: workspace,
  };
}
