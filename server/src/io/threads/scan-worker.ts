import { parentPort, workerData } from 'node:worker_threads';
import { catcherOptions } from '../../core/catcher-options.ts';
import { catchers } from '../../core/catchers/index.ts';
import { inspect } from '../../core/collect.ts';
import type { Caught } from '../../core/model.ts';
import { Disk } from '../disk.ts';
import { inflate } from '../inflate.ts';
import type { ScanAnswer, ScanQuestion, ScanSetup } from './scan-protocol.ts';
import { receivedFile, type SentFile } from './sent-file.ts';
import { NeedsSender } from './sent-needs.ts';

/*
 * A thread that looks at payload: the same catchers over the same bytes as on the main thread, so that many files
 * take all cores, and an editor's questions are answered meanwhile.
 */
const setup = workerData as ScanSetup;
const disk = new Disk();
const options = catcherOptions({ ...setup.base, compressed: setup.compressed, inflate });
const chosen = catchers
  .filter(one => one.looksAt === 'payload')
  .filter(one => setup.catchers.includes(one.name));
const sender = new NeedsSender();

parentPort?.on('message', (question: string) => {
  const { files }: ScanQuestion = JSON.parse(question);
  const caught = files.map(file => sender.sent(caughtIn(file)));
  const answer: ScanAnswer = { caught, fresh: sender.fresh() };
  parentPort?.postMessage(JSON.stringify(answer));
});

function caughtIn(file: SentFile): Caught {
  return inspect(file, receivedFile(file, disk), file.mode, chosen, options);
}
