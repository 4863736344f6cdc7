import type { InputFault } from '../core/model.ts';

/** What went wrong with a file, in words, with a remedy. `code` is the system's, such as `EACCES`. */
export function inputFault(path: string, code: string | undefined): InputFault {
  const message =
    MESSAGES[code ?? ''] ??
    `cannot be read (${code ?? 'unknown error'}); check the file and the disk it is on`;
  return { code: 'unreadable', path, message };
}

/** Whether an answer is a fault. */
export function isFault(answer: unknown): answer is InputFault {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'code' in answer &&
    'path' in answer &&
    'message' in answer
  );
}

const MESSAGES: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist; create it, or correct the path',
  ENOTDIR: 'lies below something that is no directory; correct the path',
  EACCES: 'must not be read (permission denied); allow reading with chmod',
  EPERM: 'must not be read (operation not permitted); allow reading it',
  ELOOP: 'is a symbolic link that cannot be followed, or one of a loop of them; correct the link',
  ENAMETOOLONG: 'has a name longer than the system allows; shorten it',
  EINVAL: 'has a name that the system does not allow; correct it',
  ERR_INVALID_ARG_VALUE: 'has a name that the system does not allow; correct it',
  EMFILE: 'cannot be opened (too many open files); raise the limit with ulimit -n',
  ENFILE: 'cannot be opened (the system has too many open files); close some programs',
  EIO: 'cannot be read (input or output error); check the disk',
  ESTALE: 'cannot be read (stale file handle); mount the file system again',
  ENXIO: 'is not a regular file and is not opened; put a regular file there',
  EISDIR: 'is a directory where a file is expected; correct the path',
};
