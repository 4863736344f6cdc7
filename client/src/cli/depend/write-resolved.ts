import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readLines } from '../../../../server/src/core/ips/line-reader.ts';
import { brokenLines } from '../../../../server/src/core/ips/pkgdepend/authored.ts';
import { isNamedNeed } from '../../../../server/src/core/ips/pkgdepend/named-needs.ts';
import type { ResolvedManifest, Resolving } from '../../../../server/src/core/ips/pkgdepend/resolve.ts';
import { complain, type Host } from '../host.ts';

/** Where resolved dependencies go. */
export interface Output {
  readonly toScreen: boolean;
  /** The rest of the manifest too. */
  readonly echo: boolean;
  /** And in it what the resolved dependencies were made of. */
  readonly keepNames: boolean;
  /** Absolute. */
  readonly directory?: string;
  readonly suffix?: string;
}

/** Writes the dependencies of every manifest to where the options say; 1 where one cannot be written. */
export function writeResolved(
  manifests: readonly Resolving[],
  answers: readonly ResolvedManifest[],
  output: Output,
  host: Host,
): 0 | 1 {
  let code: 0 | 1 = 0;
  for (const [index, { path, manifest }] of manifests.entries()) {
    const lines = answers[index]?.lines ?? [];
    const echoed = output.echo ? withoutDepends(manifest.text, output.keepNames) : [];
    if (output.toScreen) {
      const all = [`# ${path}`, ...echoed.map(text => text.trimEnd()), ...lines];
      host.out.write(`${index > 0 ? '\n\n\n' : ''}${all.map(line => `${line}\n`).join('')}`);
      continue;
    }
    const text = [...echoed.map(ended), ...lines.map(ended)].join('');
    if (!write(placeOf(path, output), text, host)) code = 1;
  }
  return code;
}

function ended(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

function placeOf(path: string, { directory, suffix }: Output): string {
  if (directory !== undefined) return join(directory, basename(path)) + dotted(suffix ?? '');
  return path + dotted(suffix === undefined || suffix === '' ? '.res' : suffix);
}

function dotted(suffix: string): string {
  return suffix === '' || suffix.startsWith('.') ? suffix : `.${suffix}`;
}

function write(place: string, text: string, host: Host): boolean {
  try {
    writeFileSync(place, text);
    return true;
  } catch (error) {
    complain(host, `depend: ${place} cannot be written (${(error as NodeJS.ErrnoException).code})`);
    return false;
  }
}

/**
 * The lines of a manifest that are no `depend` actions, with their continuations: lines that were to be one and are
 * malformed stay too, so that what reads the output complains of them. Our own form for what is no file goes with them.
 */
function withoutDepends(text: string, keepNames: boolean): readonly string[] {
  const { lines, flaws } = readLines(text);
  const broken = brokenLines(flaws);
  return lines
    .filter(line => {
      const isBroken = broken(line.start, line.end) !== undefined;
      if (line.kind !== 'action') return true;
      if (line.type === 'set') return keepNames || isBroken || !isNamedNeed(line);
      if (line.type !== 'depend') return true;
      return isBroken || line.bare.length > 0 || !line.attributes.some(one => one.key === 'fmri');
    })
    .map(line => text.slice(line.start, line.end).replace(/\r\n?/g, '\n'));
}
