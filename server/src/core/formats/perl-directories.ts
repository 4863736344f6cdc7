/** What a list of directories in a Perl file comes to. */
export interface PerlDirectories {
  /** Absolute ones, and `./…` from the directory of the file. */
  readonly found: readonly string[];
  /** False when some only are known when it runs. */
  readonly all: boolean;
}

/**
 * The directories in the list behind `use lib` or `unshift @INC,`, lib(3perl). Those that begin at the script itself
 * are known by its installed path: `$FindBin::Bin`, FindBin(3perl), and `dirname` of `__FILE__` or `$0`. `words`: the
 * quoted ones of a text.
 */
export function directoriesIn(
  list: string,
  words: (text: string) => readonly { readonly text: string }[],
): PerlDirectories {
  const statement = /^(?:[^;'"]|'[^']*'|"[^"]*")*/.exec(list)?.[0] ?? '';
  const text = statement
    .replace(OWN, SELF)
    .replace(JOINED, (_, parts: string) => `"${parts.split(',').map(plain).join('/')}"`)
    .replace(CONCATENATED, `$1${SELF}`);
  const quoted = words(text).map(one => one.text);
  const bare = BARE.test(text.replace(/(['"])[^'"]*\1/g, '')) ? [SELF] : [];
  const names = [...quoted, ...bare].filter(name => name !== '');
  const known = names.filter(name => !/[$@]/.test(name.replace(/^@/, '')));
  // A relative one is below the directory in which somebody starts the program, where nothing is installed.
  const found = known.filter(name => /^[/@]/.test(name));
  return {
    found: found.map(name => (name.startsWith(SELF) ? `./${name.slice(1)}` : name)),
    all: names.length > 0 && known.length === names.length,
  };
}

/** Stands for the directory of the file; no name of a directory begins so. */
const SELF = '@';
const OWN =
  /\$(?:FindBin::(?:Real)?Bin|(?:Real)?Bin)\b|\$\{(?:FindBin::)?(?:Real)?Bin\}|\b(?:File::Basename::)?dirname\s*\(?\s*(?:[\w:>-]+\s*\(\s*)?(?:__FILE__|\$0)(?:\s*\))*/g;
const JOINED = /(?:File::Spec(?:::Functions)?(?:->|::))?\bcat(?:dir|file)\s*\(([^()]*)\)/g;
const CONCATENATED = /@\s*\.\s*(['"])/g;
const BARE = /(?:^|[\s(,])@(?:[\s),]|$)/;

function plain(part: string): string {
  return part.trim().replace(/^(['"])(.*)\1$/, '$2');
}
