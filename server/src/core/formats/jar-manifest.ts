/** What the main section of `META-INF/MANIFEST.MF` says of other files: the JAR File Specification. */
export interface JarManifest {
  /** Entries of `Class-Path`, verbatim. */
  readonly classPath: readonly string[];
  /** Classes that are started: `Main-Class` and those of agents, with dots. */
  readonly started: readonly { readonly attribute: string; readonly name: string }[];
  readonly automaticModule?: string;
}

/** Reads the main section. What makes no sense is left out. */
export function readJarManifest(bytes: Uint8Array): JarManifest {
  const attributes = mainSection(new TextDecoder().decode(joined(bytes)));
  const started = STARTED.flatMap(attribute => {
    const name = attributes.get(attribute.toLowerCase())?.trim();
    return name ? [{ attribute, name }] : [];
  });
  const automaticModule = attributes.get('automatic-module-name')?.trim();
  return {
    classPath: (attributes.get('class-path') ?? '').split(/\s+/).filter(entry => entry !== ''),
    started,
    ...(automaticModule && { automaticModule }),
  };
}

const STARTED = ['Main-Class', 'Premain-Class', 'Agent-Class', 'Launcher-Agent-Class'] as const;
const LF = 10;
const CR = 13;
const SPACE = 32;

/** Lines end after 72 bytes, wherever that is in a character, and go on behind a space. */
function joined(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const end = lineEnd(bytes, at);
    if (end > at && bytes[end] === SPACE) at = end;
    else out[length++] = bytes[at]!;
  }
  return out.subarray(0, length);
}

/** Where the next line begins when a line ends at `at`; else `at`. */
function lineEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === LF) return at + 1;
  if (bytes[at] !== CR) return at;
  return bytes[at + 1] === LF ? at + 2 : at + 1;
}

function mainSection(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon > 0) attributes.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1));
  }
  return attributes;
}
