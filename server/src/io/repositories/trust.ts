import type { InputFault } from '../../core/model.ts';
import type { Disk } from '../disk.ts';
import { isWithin } from '../paths.ts';

/**
 * The fault of a path that really lies outside of the directory that nothing is read outside of; nothing where
 * it lies within, or where everything is trusted.
 */
export function outsideTrust(disk: Disk, path: string, within: string | undefined): InputFault | undefined {
  if (within === undefined) return undefined;
  const real = disk.realPath(path);
  if (isWithin(typeof real === 'string' ? real : path, within)) return undefined;
  const message = 'lies outside the workspace, which is not trusted; trust the workspace to have it asked';
  return { code: 'unreachable', path, message };
}
