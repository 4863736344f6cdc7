import { resolve } from 'node:path';
import { splitFmri } from '../../../../server/src/core/ips/fmri.ts';
import { isIncorporated, parseVersion } from '../../../../server/src/core/ips/version.ts';
import { textIn } from './text-files.ts';

/** One line of a file of `-e`: which installed packages count. */
export interface PackagePattern {
  readonly text: string;
  /** Its name, where it is no pattern: the package may be asked for. */
  readonly name?: string;
  matches(name: string, version: string | undefined): boolean;
}

/** The patterns of some files; `undefined` without files, a sentence where there is nothing to go by. */
export function patternsIn(
  files: readonly string[],
  cwd: string,
): readonly PackagePattern[] | string | undefined {
  if (files.length === 0) return undefined;
  const patterns: PackagePattern[] = [];
  for (const file of files) {
    const read = textIn(resolve(cwd, file));
    if (typeof read === 'string') return `the file ${file} of -e ${read}`;
    for (const line of read.text.split('\n').map(one => one.trim()))
      if (line !== '' && !line.startsWith('#')) patterns.push(patternOf(line));
  }
  return patterns.length > 0 ? patterns : `the files of -e name no packages: ${files.join(', ')}`;
}

/** As `pkg list` takes it: `*` and `?` in the whole name, else the name or the end of it; a version is a prefix. */
function patternOf(text: string): PackagePattern {
  const { scheme, name, version } = splitFmri(text);
  const wanted = version === undefined ? undefined : parseVersion(version);
  const glob = /[*?]/.test(name);
  const shape = new RegExp(
    `^${scheme === '' && !glob ? '(?:.*/)?' : ''}${name
      .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  return {
    text,
    ...(!glob && { name }),
    matches: (candidate, has) => {
      if (!shape.test(candidate)) return false;
      const known = has === undefined ? undefined : parseVersion(has);
      return wanted === undefined || (known !== undefined && isIncorporated(known, wanted));
    },
  };
}
