import type { Session } from '../../../server/src/session.ts';
import type { Host } from './host.ts';

const FIRST_AFTER_MS = 400;
const EVERY_MS = 100;

/** One line on standard error that tells how far the work is; on terminals only, and not for quick work. */
export interface Progress {
  /** Another manifest is checked. */
  readonly step: () => void;
  /** Takes the line away. */
  done(): void;
}

/** Begins to show progress through `total` manifests. */
export function progress(session: Session, total: number, { err }: Host): Progress {
  if (!err.terminal) return { step: () => {}, done: () => {} };
  const begun = performance.now();
  let shown = 0;
  let count = 0;
  const show = () => {
    const now = performance.now();
    if (now - begun < FIRST_AFTER_MS || now - shown < EVERY_MS) return;
    shown = now;
    err.write(`\r\u001b[K${indexing(session) ?? `checked ${count} of ${total} manifests`}`);
  };
  const stop = session.onChange(show);
  return {
    step: () => {
      count++;
      show();
    },
    done: () => {
      stop();
      if (shown > 0) err.write('\r\u001b[K');
    },
  };
}

function indexing(session: Session): string | undefined {
  const busy = session.trees
    .flatMap(tree => tree.status().repositories)
    .find(repository => repository.state === 'indexing');
  return busy && `indexing ${busy.uri}`;
}
