import {
  type ProgressToken,
  WorkDoneProgress,
  WorkDoneProgressCancelNotification,
  WorkDoneProgressCreateRequest,
} from 'vscode-languageserver/node';
import { after } from './after.ts';
import type { Context, Feature } from './context.ts';
import { described } from './requests.ts';

/** Work that is over sooner than this (ms) is not shown: what flashes by disturbs. */
const PATIENCE = 300;

/** Shows that repositories are being indexed, and lets the user stop that. */
export const progress: Feature = {
  attach() {},

  begin(context) {
    if (!context.abilities.progress) return;
    let shown = false;
    let serial = 0;
    context.session.onChange(() => {
      if (shown || indexing(context).length === 0) return;
      shown = true;
      show(context, `packwright-${++serial}`)
        .catch(error => {
          if (!context.stopping.aborted) context.log(`progress: ${described(error)}`);
        })
        .finally(() => {
          shown = false;
        });
    });
  },
};

async function show(context: Context, token: ProgressToken): Promise<void> {
  const { connection, session, stopping } = context;
  await after(PATIENCE, stopping);
  if (indexing(context).length === 0) return;
  const cancelling = connection.onNotification(WorkDoneProgressCancelNotification.type, params => {
    if (params.token === token) session.stopPreparing();
  });
  await connection.sendRequest(WorkDoneProgressCreateRequest.type, { token });
  const message = () => indexing(context).join(', ');
  const begin = {
    kind: 'begin',
    title: 'Packwright: indexing',
    message: message(),
    cancellable: true,
  } as const;
  await connection.sendProgress(WorkDoneProgress.type, token, begin);
  let told = begin.message;
  await new Promise<void>(resolve => {
    const look = () => {
      const now = message();
      if (now === '') {
        stop();
        resolve();
      } else if (now !== told) {
        told = now;
        void connection.sendProgress(WorkDoneProgress.type, token, { kind: 'report', message: now });
      }
    };
    const stop = session.onChange(look);
    look();
  });
  cancelling.dispose();
  await connection.sendProgress(WorkDoneProgress.type, token, { kind: 'end' });
}

/** What is being indexed, as the settings name it. */
function indexing({ session }: Context): readonly string[] {
  return session.trees.flatMap(tree =>
    tree
      .status()
      .repositories.filter(repository => repository.state === 'indexing')
      .map(repository => repository.uri),
  );
}
