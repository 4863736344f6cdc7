import { decode, printable } from '../../formats/printable.ts';
import { joined, splitPath } from './attributes.ts';
import { errorAt } from './complaint.ts';
import type { Looked, LookingAt } from './looking.ts';
import { inDirectories, relativeTo } from './need-record.ts';
import { pythonRecords } from './python-records.ts';

/** More of a first line than this is never read. */
const LONGEST_LINE = 65_536;

/** The interpreter of an executable script, and what a Python script imports, as `flavor/script.py` finds them. */
export function scriptRecords(file: LookingAt): Looked {
  const line = firstLine(file);
  if (!line.startsWith('#!')) return { records: [], complaints: [] };
  const interpreter = (file.mode & 0o111) === 0 ? undefined : interpreterOf(line, file);
  const python = line.includes('python') ? pythonRecords(file, line, interpreter?.sound === true) : undefined;
  return {
    records: [...(interpreter?.looked.records ?? []), ...(python?.records ?? [])],
    complaints: [...(interpreter?.looked.complaints ?? []), ...(python?.complaints ?? [])],
  };
}

function firstLine(file: LookingAt): string {
  const start = file.found.read(0, 256);
  const bytes = start.indexOf(LF) >= 0 || start.length < 256 ? start : file.found.read(0, LONGEST_LINE);
  const end = bytes.indexOf(LF);
  return decode(end < 0 ? bytes : bytes.subarray(0, end)).text;
}

const LF = 10;
/** What `str.split()` of Python splits at. */
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

function interpreterOf(line: string, file: LookingAt): { readonly looked: Looked; readonly sound: boolean } {
  const word = line
    .slice(2)
    .split(BLANKS)
    .find(one => one !== '');
  if (word === undefined)
    return refused(
      file,
      'its first line is a bare #!; write the interpreter after it, such as #!/usr/bin/sh',
    );
  if (!word.startsWith('/')) {
    const message = `its first line names the interpreter "${printable(word)}", which is no absolute path; write its full path`;
    return refused(file, message);
  }
  const path = installed(word, file.strict);
  const [directory, name] = splitPath(path);
  const record = inDirectories('script', file.action, [name], [relativeTo(file.area, directory)], file.maker);
  return { looked: { records: [record], complaints: [] }, sound: true };
}

/** `/bin` is a link to `usr/bin`; pkgdepend takes everything that begins so. */
function installed(path: string, strict: boolean): string {
  return (strict ? path.startsWith('/bin') : /^\/bin(?:\/|$)/.test(path))
    ? joined('/usr', path.slice(1))
    : path;
}

function refused(file: LookingAt, why: string): { readonly looked: Looked; readonly sound: boolean } {
  const complaint = errorAt(`${file.path}: ${why} (${file.location})`, file.action.line);
  return { looked: { records: [], complaints: [complaint] }, sound: false };
}
