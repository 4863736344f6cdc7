import { printable } from '../../formats/printable.ts';
import { joined, splitPath } from './attributes.ts';
import { type Complaint, errorAt } from './complaint.ts';
import type { Looked, LookingAt } from './looking.ts';
import { inDirectories, type NeedRecord, relativeTo } from './need-record.ts';
import { defaultInserted } from './run-path.ts';
import { readSectionElf, type SectionElf } from './section-elf.ts';

/** Libraries that an ELF file asks for, as `flavor/elf.py` finds them. */
export function elfRecords(file: LookingAt): Looked {
  const elf = readSectionElf(file.found);
  const complain = (message: string) => errorAt(message, file.action.line);
  if (typeof elf === 'string')
    return {
      records: [],
      complaints: [complain(`${file.path}: damaged ELF file: ${elf}; build or copy it again`)],
    };
  const detected = isKernelModule(file.path) ? kernelPath(elf, file) : userPath(elf);
  if (typeof detected === 'string') return { records: [], complaints: [complain(detected)], fatal: true };
  const entries = file.runPath.length > 0 ? defaultInserted(detected, file.runPath) : detected;
  if (typeof entries === 'string') return { records: [], complaints: [complain(`${file.path}: ${entries}`)] };
  const { paths, complaints } = expanded(entries, file);
  const subdirectory = isKernelModule(file.path) ? kernelSubdirectory(elf) : undefined;
  return { records: elf.needed.map(name => library(name, paths, subdirectory, file)), complaints };
}

function library(
  needed: string,
  paths: readonly string[],
  subdirectory: string | undefined,
  file: LookingAt,
): NeedRecord {
  const [head, name] = splitPath(needed);
  const directories: string[] = [];
  for (const path of paths) {
    const whole =
      subdirectory === undefined
        ? joined(path, needed)
        : joined(joined(joined(path, head), subdirectory), name);
    const [directory] = splitPath(whole.replace(/^\/+/, ''));
    if (directory !== '') directories.push(relativeTo(file.area, directory));
  }
  return inDirectories('elf', file.action, [name], directories, file.maker);
}

function userPath({ bits, family, runPath }: SectionElf): readonly string[] {
  const wide = bits === 64 && family !== 'aarch64' ? '/64' : '';
  const defaults = [`/lib${wide}`, `/usr/lib${wide}`];
  return [...runPath, ...defaults.filter(path => !runPath.includes(path))];
}

/** As pkgdepend has it: also `kernelfoo` begins with `kernel`. */
function isKernelModule(path: string): boolean {
  return (
    path.startsWith('kernel') ||
    path.startsWith('usr/kernel') ||
    /^platform[^/]*\/[^/]*\/kernel(?:\/|$)/.test(path)
  );
}

function kernelPath({ runPath, bits, family }: SectionElf, file: LookingAt): readonly string[] | string {
  const harmless = runPath.length === 1 && /^\/usr\/gcc\/\d+\/lib$/.test(runPath[0] ?? '');
  if (runPath.length > 0 && !harmless)
    return `${file.path}: a kernel module with the run path "${printable(runPath.join(':'))}", which the kernel ignores; link it without -R`;
  if (bits === 64 && family === 'other')
    return `${file.path}: a 64-bit kernel module for a machine that is not known`;
  const own = /^platform[^/]*\/([^/]*)\//.exec(file.path)?.[1];
  const platforms = own === undefined ? (file.tokens.get('$PLATFORM') ?? []) : [own];
  return [...runPath, ...platforms.map(name => `/platform/${name}/kernel`), '/kernel', '/usr/kernel'];
}

function kernelSubdirectory({ bits, family }: SectionElf): string | undefined {
  if (bits === 32) return undefined;
  return { i386: 'amd64', sparc: 'sparcv9', aarch64: 'aarch64', other: undefined }[family];
}

const MOST_EXPANDED = 1000;

/** Replaces `$TOKEN`s, which reach up to the next slash; of several values each gives a path. */
function expanded(
  entries: readonly string[],
  file: LookingAt,
): { readonly paths: readonly string[]; readonly complaints: readonly Complaint[] } {
  if (entries.length < MOST_EXPANDED && !entries.some(one => one.includes('$')))
    return { paths: entries, complaints: [] };
  const origin = joined('/', splitPath(file.path)[0]);
  const paths: string[] = [];
  const complaints: Complaint[] = [];
  const open = [...entries].reverse();
  for (let done = 0; open.length > 0 && done < MOST_EXPANDED; done++) {
    const entry = open.pop() ?? '';
    const token = /\$[^/]*/.exec(entry);
    if (!token) {
      paths.push(entry);
      continue;
    }
    const values = token[0] === '$ORIGIN' ? [origin] : file.tokens.get(token[0]);
    if (!values) complaints.push(errorAt(unknownToken(token[0], entry, file), file.action.line));
    const after = entry.slice(token.index + token[0].length);
    for (const value of (values ?? []).toReversed())
      open.push(`${entry.slice(0, token.index)}${value}${after}`);
  }
  return { paths, complaints };
}

function unknownToken(token: string, entry: string, { path, location }: LookingAt): string {
  const name = printable(token.slice(1), 40);
  const inBraces = /^\{(\w+)\}$/.exec(name)?.[1];
  const value = /^\w+$/.test(name) ? `give it one with -D ${name}=VALUE, or name` : 'correct it, or name';
  return (
    `${path}: the token $${name} in the run path entry "${printable(entry)}" of ${location} has no value; ` +
    `${inBraces ? `link with $${inBraces}, without braces, or name` : value} the directories in pkg.depend.runpath`
  );
}
