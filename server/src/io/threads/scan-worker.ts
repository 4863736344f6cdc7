import { parentPort, workerData } from 'node:worker_threads';
import { catcherOptions } from '../../core/catcher-options.ts';
import { catchers } from '../../core/catchers/index.ts';
import { inspect } from '../../core/collect.ts';
import type { Caught } from '../../core/model.ts';
import { SharedNeeds } from '../../core/shared-needs.ts';
import { Disk } from '../disk.ts';
import { inflate } from '../inflate.ts';
import type { ScanAnswer, ScanQuestion, ScanSetup } from './scan-protocol.ts';
import { receivedFile, type SentFile } from './sent-file.ts';

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
const lists = new SharedNeeds();

parentPort?.on('message', ({ files }: ScanQuestion) => {
  const answer: ScanAnswer = { caught: files.map(file => shared(caughtIn(file))) };
  parentPort?.postMessage(answer);
});

function caughtIn(file: SentFile): Caught {
  return inspect(file, receivedFile(file, disk), file.mode, chosen, options);
}

/** With the same array for equal lists: within a message it is sent once. */
function shared(caught: Caught): Caught {
  const dependencies = caught.dependencies.map(need => {
    const anyOf = lists.of(need.anyOf);
    return anyOf === need.anyOf ? need : { ...need, anyOf };
  });
  return { ...caught, dependencies };
}
