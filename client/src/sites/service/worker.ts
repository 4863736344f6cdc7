/** The thread of a service that does its work: reports of many sites must not keep those who ask waiting. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromService, ServiceStart, ToService } from './protocol.ts';
import { ServiceDesk } from './service-desk.ts';

if (parentPort) {
  const port = parentPort;
  const tell = (message: FromService, transfer: readonly ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  const desk = new ServiceDesk(workerData as ServiceStart, said => tell({ kind: 'said', said }));
  port.on('message', async (message: ToService) => {
    if (message.kind === 'close') return desk.close();
    const found = await desk.ask(message.target, message.stamp);
    const transfer = found.kind === 'document' ? [found.document.body.buffer] : [];
    tell({ kind: 'found', id: message.id, found }, transfer);
  });
  void desk
    .open()
    .then(fault => {
      tell({ kind: 'opened', ...(fault === undefined ? {} : { fault }) });
      return fault === undefined ? desk.run() : undefined;
    })
    .finally(() => port.close());
}
