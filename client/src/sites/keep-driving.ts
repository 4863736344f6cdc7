import { driveUntil } from './drive-jobs.ts';
import type { SitesPlace } from './sites-place.ts';
import { defaultStateDirectory, openState } from './state.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Moves the jobs of a VO on until none is open, or `stop` says so. It has a store of its own, so that who watches
 * another one sees its changes too. Rejects with a sentence when it cannot.
 */
export async function keepDriving(
  place: SitesPlace,
  directory: string | undefined,
  stop: () => boolean,
  around: Surroundings,
): Promise<void> {
  const opening = await openState(directory ?? defaultStateDirectory(around.env), undefined, around.signal);
  if (opening.kind === 'fault') throw new Error(opening.fault.message);
  const { state } = opening;
  try {
    await driveUntil(
      place,
      state,
      open => stop() || !open.values().some(({ site }) => site.vo === place.file.vo),
      around,
    );
  } finally {
    await state.store.close();
  }
}
