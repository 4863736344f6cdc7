import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces the text of a file so that a reader, or a crash, meets the old text or the new one.
 *
 * The new text is written beside the file, brought to the disk and renamed; a symbolic link stays
 * one, and the permissions stay. A file that no longer holds `before` is left alone. Answers what
 * went wrong, with the remedy, or nothing.
 */
export async function replaceFile(path: string, before: string, after: string): Promise<string | undefined> {
  let temporary: string | undefined;
  try {
    const target = await realpath(path);
    const { mode, uid, gid } = await stat(target);
    if ((mode & 0o222) === 0) return 'is read-only; make it writable (chmod u+w) and try again';
    const refused = await unlike(target, before);
    if (refused) return refused;
    temporary = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.tmp`);
    await written(temporary, after, { mode: mode & 0o7777, uid, gid });
    const late = await unlike(target, before);
    if (late) {
      await rm(temporary, { force: true });
      return late;
    }
    await rename(temporary, target);
    return undefined;
  } catch (error) {
    if (temporary) await rm(temporary, { force: true }).catch(() => undefined);
    return `cannot be written: ${(error as NodeJS.ErrnoException).code ?? error}; see to the permissions of its directory`;
  }
}

/** Why a file does not hold this text, or nothing. */
async function unlike(path: string, text: string): Promise<string | undefined> {
  const bytes = await readFile(path);
  if (bytes.equals(Buffer.from(text, 'utf8'))) return undefined;
  return bytes.toString('utf8') === text
    ? 'is not UTF-8, so writing it would damage it; convert it first'
    : 'was changed meanwhile and is left as it is; try again';
}

async function written(
  path: string,
  text: string,
  like: { readonly mode: number; readonly uid: number; readonly gid: number },
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text, 'utf8');
    await owned(file, like);
    await file.chmod(like.mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives the file its former owner, where that is allowed and needed. */
async function owned(file: FileHandle, { uid, gid }: { readonly uid: number; readonly gid: number }) {
  const made = await file.stat();
  if (made.uid !== uid || made.gid !== gid) await file.chown(uid, gid).catch(() => undefined);
}
