import { type ElfFile, ElfMachine } from '../formats/elf.ts';
import { printable } from '../formats/printable.ts';
import type { Payload, PayloadFault } from '../model.ts';
import { dirname, normalise } from '../paths.ts';

/** Where the run-time or kernel linker looks for what a file needs. */
export interface SearchPath {
  /** Installed directories in search order, normalised, each once. */
  readonly directories: readonly string[];
  /** True when directories had to be left out: a need may be met there. */
  readonly incomplete: boolean;
  readonly faults: readonly PayloadFault[];
  /** What to add to a proof: `, RUNPATH /opt/lib`; empty when only the defaults count. */
  readonly because: string;
  /** Of 64-bit kernel modules: the sub-directory in front of the module's own name. */
  readonly subdirectory: string;
}

/**
 * The search path of a file: `pkg.depend.runpath` when given, which replaces all else; else the run
 * path of the file and the default directories of its class. `ld.so.1(1)`, `pkgdepend(1)`.
 */
export function searchPath(object: ElfFile, file: Payload): SearchPath {
  const kernel = isKernelModule(file.path);
  if (!kernel && file.runPath === undefined && object.runPath === undefined) return defaultPath(object);
  const faults: PayloadFault[] = [];
  const detected = kernel ? kernelEntries(object, file, faults) : userEntries(object);
  const manifest = manifestEntries(file.runPath, detected, faults);
  const directories = new Set<string>();
  const left = faults.length;
  for (const entry of (manifest ?? detected).slice(0, MOST_DIRECTORIES)) {
    const directory = directoryOf(entry, file.path, faults);
    if (directory !== undefined) directories.add(directory);
  }
  const own = kernel ? undefined : object.runPath;
  return {
    directories: [...directories],
    incomplete: faults.length > left,
    faults,
    because: shown(manifest === undefined ? own : { tag: 'pkg.depend.runpath', value: file.runPath ?? '' }),
    subdirectory: kernel ? kernelSubdirectory(object) : '',
  };
}

/** The commonest case by far. */
function defaultPath({ bits, machine, noDefaultDirectories }: ElfFile): SearchPath {
  const below = bits === 64 && machine !== ElfMachine.aarch64 ? '/64' : '';
  const directories = noDefaultDirectories ? [] : [`lib${below}`, `usr/lib${below}`];
  return { directories, incomplete: false, faults: [], because: '', subdirectory: '' };
}

/** True for installed paths that the kernel linker searches, `kernel(8)`. */
export function isKernelModule(path: string): boolean {
  return /^(?:usr\/)?kernel\/|^platform\/[^/]+\/kernel\//.test(path);
}

/**
 * Replaces the tokens that have one value wherever a package is installed.
 *
 * As in ld.so.1, a reserved name counts wherever it begins after a `$`, and nothing else does:
 * `${ORIGIN}` and `$LIB` are literal there. As no directory has such a name, they are answered as
 * `unknown`, like the tokens whose value depends on the machine.
 */
export function expandTokens(text: string, installed: string): { path: string; unknown?: string } {
  if (!text.includes('$')) return { path: text };
  let unknown: string | undefined;
  const path = text.replace(/\$(ORIGIN|OSNAME|OSREL)?/g, (whole, name: string | undefined, at: number) => {
    if (name === 'ORIGIN') return `/${dirname(installed)}`;
    if (name !== undefined) return name === 'OSNAME' ? 'SunOS' : '5.11';
    unknown ??= /^\$(?:\{[^}/]*\}?|\w*)/.exec(text.slice(at))?.[0] ?? whole;
    return whole;
  });
  return unknown === undefined ? { path } : { path, unknown };
}

interface Entry {
  readonly text: string;
  /** Entries of the manifest need no leading slash: they are installed paths. */
  readonly from: 'file' | 'manifest' | 'default';
}

const MOST_DIRECTORIES = 128;
const TOKEN = '$PKGDEPEND_RUNPATH';

function userEntries(object: ElfFile): readonly Entry[] {
  const own = splitPath(object.runPath?.value ?? '', /[:;]/).map(text => ({ text, from: 'file' as const }));
  return [...own, ...defaults(...defaultPath(object).directories)];
}

/** The kernel's own default: the platform's directory, `/kernel`, `/usr/kernel`. */
function kernelEntries(
  { runPath, machine }: ElfFile,
  file: Payload,
  faults: PayloadFault[],
): readonly Entry[] {
  if (runPath !== undefined && !/^\/usr\/gcc\/\d+\/lib$/.test(runPath.value)) {
    const { tag, value } = runPath;
    faults.push({
      message: `The kernel ignores the ${tag} "${printable(value)}" of a kernel module; link it without -R`,
    });
  }
  const own = /^platform\/([^/]+)\//.exec(file.path)?.[1];
  const platforms = own === undefined ? (PLATFORMS.get(machine) ?? []) : [own];
  return defaults(...platforms.map(name => `/platform/${name}/kernel`), '/kernel', '/usr/kernel');
}

const PLATFORMS: ReadonlyMap<number, readonly string[]> = new Map([
  [ElfMachine.i386, ['i86pc', 'i86xpv']],
  [ElfMachine.amd64, ['i86pc', 'i86xpv']],
  [ElfMachine.sparcv9, ['sun4v', 'sun4u']],
]);

function kernelSubdirectory({ bits, machine }: ElfFile): string {
  if (bits === 32) return '';
  if (machine === ElfMachine.amd64) return 'amd64';
  if (machine === ElfMachine.sparcv9) return 'sparcv9';
  return machine === ElfMachine.aarch64 ? 'aarch64' : '';
}

function defaults(...paths: readonly string[]): readonly Entry[] {
  return paths.map(text => ({ text, from: 'default' }));
}

/** Entries of `pkg.depend.runpath`; `undefined` when there is none that counts. */
function manifestEntries(
  value: string | undefined,
  detected: readonly Entry[],
  faults: PayloadFault[],
): readonly Entry[] | undefined {
  if (value === undefined) return undefined;
  const entries = splitPath(value, /:/);
  if (entries.length === 0) {
    faults.push({ message: `pkg.depend.runpath is empty; name directories, or take the attribute away` });
    return undefined;
  }
  if (entries.indexOf(TOKEN) !== entries.lastIndexOf(TOKEN)) {
    faults.push({ message: `pkg.depend.runpath holds ${TOKEN} more than once; keep one of them` });
  }
  return entries.flatMap((text): readonly Entry[] =>
    text === TOKEN ? detected : [{ text, from: 'manifest' }],
  );
}

function splitPath(value: string, separator: RegExp): readonly string[] {
  return value.split(separator).filter(entry => entry !== '');
}

function directoryOf({ text, from }: Entry, installed: string, faults: PayloadFault[]): string | undefined {
  const { path, unknown } = expandTokens(text, installed);
  if (unknown !== undefined) {
    const token = printable(unknown, 40);
    const known = MACHINE_TOKENS.test(unknown);
    const why = known ? `the value of ${token} is only known where it runs` : meaningless(token);
    faults.push({
      message: `Directory "${printable(text)}" of the run path is not searched, because ${why}; name the directories in pkg.depend.runpath`,
    });
    return undefined;
  }
  if (from !== 'file' || path.startsWith('/')) return normalise(path);
  faults.push({
    message: `Directory "${printable(text)}" of the run path is relative, so it is looked up from where the program is started; link with -R and an absolute path or $ORIGIN`,
  });
  return undefined;
}

/** The reserved names of the linker whose values differ from machine to machine. */
const MACHINE_TOKENS = /^\$(?:PLATFORM|ISALIST|MACHINE|CAPABILITY|HWCAP)/;

function meaningless(token: string): string {
  const plain = token.replace(/[{}]/g, '');
  const meant = plain === token ? '' : ` (it knows ${plain})`;
  return `${token} means nothing to the run-time linker${meant}`;
}

function shown(runPath: { readonly tag: string; readonly value: string } | undefined): string {
  return runPath === undefined ? '' : `, ${runPath.tag} ${printable(runPath.value, 200)}`;
}
