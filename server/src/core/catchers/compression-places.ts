import picomatch from 'picomatch/posix';
import type { CompressedPlace } from '../model.ts';

/**
 * Where a tool must unpack compressed files at run time, in the form of the setting `compressed`: the last place
 * that matches counts.
 */
export const COMPRESSED_PLACES: readonly CompressedPlace[] = [
  { path: '**/share/{man,info,doc}/**', unpack: 'tool' },
  { path: '**/man/{man,cat}*/**', unpack: 'tool' },
  { path: '{usr,usr/gnu,opt/*}/info/**', unpack: 'tool' },
  { path: '**/share/fonts/**', unpack: 'tool' },
  // Server and libraries unpack these as they read them: libXfont, FreeType.
  { path: '**/share/fonts/**/*.{bdf,pcf,snf,spd,pfa,pfb,ttf,otf}.{gz,Z,bz2}', unpack: 'off' },
  { path: '**/fonts/X11/**/*.{bdf,pcf,snf}.{gz,Z,bz2}', unpack: 'off' },
  {
    path: '{kernel,usr/kernel,platform/*/kernel,usr/platform/*/kernel,lib/modules,usr/lib/modules}/**',
    unpack: 'tool',
  },
  { path: '{lib/firmware,usr/lib/firmware}/**', unpack: 'tool' },
  // Java and office programs open what is a ZIP archive inside; nobody unpacks an EPUB, a picture or a font.
  {
    path: '**/*.{jar,war,ear,rar,sar,aar,jmod,whl,egg,xpi,apk,epub,od[bfgpst],ot[gpst],docx,xlsx,pptx,svgz,dia,kra,ora}',
    unpack: 'off',
  },
];

/** Whether a tool must unpack the file at this installed path, as the last matching place says. */
export function mustBeUnpacked(path: string, more: readonly CompressedPlace[]): boolean {
  for (const places of [rulesOf(more), rulesOf(COMPRESSED_PLACES)]) {
    const last = places.findLast(place => place.matches(path));
    if (last) return last.unpack === 'tool';
  }
  return false;
}

interface Rule {
  readonly unpack: CompressedPlace['unpack'];
  readonly matches: (path: string) => boolean;
}

const compiled = new WeakMap<readonly CompressedPlace[], readonly Rule[]>();

/** Compiled once for each list. */
function rulesOf(places: readonly CompressedPlace[]): readonly Rule[] {
  const known = compiled.get(places);
  if (known) return known;
  const rules = places.map(({ path, unpack }) => ({
    unpack,
    matches: picomatch(path.replace(/^\.?\/+/, ''), { dot: true }),
  }));
  compiled.set(places, rules);
  return rules;
}
