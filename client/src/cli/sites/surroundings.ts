import { join } from 'node:path';
import { defaultCachePath } from '../../../../server/src/io/world.ts';
import type { Surroundings } from '../../sites/surroundings.ts';
import { type Host, note } from '../host.ts';
import { waitProgress } from './wait-progress.ts';
import { keepYoungGenerationSmall } from './young-generation.ts';

/** Does something with sites as a command does it: notes on standard error, progress on a terminal. */
export async function withSurroundings<T>(
  host: Host,
  work: (around: Surroundings) => Promise<T>,
): Promise<T> {
  keepYoungGenerationSmall();
  const progress = waitProgress(host);
  try {
    return await work({
      env: host.env,
      cacheDirectory: join(defaultCachePath(host.env), 'downloads'),
      note: text => {
        progress.done();
        note(host, text);
      },
      progress: progress.show,
      signal: host.signal,
    });
  } finally {
    progress.done();
  }
}
