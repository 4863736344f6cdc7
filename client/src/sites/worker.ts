/** The worker of a window: everything about sites that must not keep the editor's own thread waiting. */
import { parentPort, workerData } from 'node:worker_threads';
import { SitesDesk } from './sites-desk.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-protocol.ts';

if (parentPort) {
  const port = parentPort;
  const tell = (message: FromWorker) => port.postMessage(message);
  const desk = new SitesDesk(workerData as WorkerStart, tell);
  port.on('message', async (message: ToWorker) => {
    if (message.kind === 'close') desk.close();
    else tell({ kind: 'answer', id: message.id, answer: await desk.answer(message.ask) });
  });
  const ended = () => port.close();
  desk.run().then(ended, ended);
}
