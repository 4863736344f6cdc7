import type { Recipe } from '../../support/pkgsrc/index.ts';

/** A library. */
export const libgreet: Recipe = {
  name: 'libgreet',
  version: '1.0',
  entries: [
    { path: 'include/greet.h', content: 'int greet(void);\n' },
    { path: 'lib/libgreet.so.1', content: 'library 1.0\n' },
    { path: 'lib/libgreet.so', link: 'libgreet.so.1' },
  ],
};

/** A program that needs it. */
export const greet: Recipe = {
  name: 'greet',
  version: '1.0',
  depends: ['libgreet>=1.0'],
  entries: [
    { path: 'bin/greet', content: '#!/bin/sh\necho hello\n', mode: 0o755 },
    { path: 'share/greet/words', content: 'hello\n' },
  ],
};

/** The library, newer. */
export const libgreet11: Recipe = {
  ...libgreet,
  version: '1.1',
  entries: [
    { path: 'include/greet.h', content: 'int greet(int);\n' },
    { path: 'lib/libgreet.so.1', content: 'library 1.1\n' },
    { path: 'lib/libgreet.so', link: 'libgreet.so.1' },
  ],
};

/** The program, newer; it needs the newer library. */
export const greet11: Recipe = {
  ...greet,
  version: '1.1',
  depends: ['libgreet>=1.1'],
  entries: [{ path: 'bin/greet', content: '#!/bin/sh\necho hello there\n', mode: 0o755 }],
};

/** Two packages that share a directory. */
export const words: Recipe = {
  name: 'words',
  version: '1.0nb3',
  entries: [{ path: 'share/words/one', content: 'one\n' }, { command: 'pkgdir share/shared' }],
};

/** The other one. */
export const phrases: Recipe = {
  ...words,
  name: 'phrases',
  entries: [{ path: 'share/phrases/two', content: 'two\n' }, { command: 'pkgdir share/shared' }],
};
