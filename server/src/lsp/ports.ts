import { findRoot, openTree } from '../io/world.ts';
import type { InitializationOptions } from '../protocol.ts';
import type { Ports } from '../session.ts';
import type { Configuration } from './configuration.ts';
import { overridesOf } from './overrides.ts';

/** The session's way to the disk, with the editor's settings over those of `packwright.yaml`. */
export function portsOf(
  configuration: Configuration,
  { trusted, cachePath, plugIns }: InitializationOptions,
): Ports {
  return {
    findRoot,
    openTree: async (root, buffers) =>
      openTree(root, {
        buffers,
        overrides: overridesOf(await configuration.of(root)),
        trusted: trusted !== false,
        plugInsAllowed: trusted === true || plugIns === true,
        programs: __dirname,
        ...(cachePath !== undefined && { cachePath }),
      }),
  };
}
