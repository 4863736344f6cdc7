import { z } from 'zod';

/** Message of a shape: what is wrong, and what mends it. The two parts are told apart by a line end. */
export function said(message: string, remedy: string): string {
  return `${message}\n${remedy}`;
}

/** Text of one line without control characters. */
export function line(max = 1000) {
  return z
    .string()
    .min(1)
    .max(max)
    .refine(text => !CONTROL.test(text), {
      error: said('It holds a line end or a control character', 'write it on one line, without tabs'),
    });
}

const CONTROL = /\p{Cc}/u;

/** Name of a VO, a site, a tag or a back end. */
export function shortName() {
  return z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    error: said(
      'This is no name',
      'begin with a letter or digit, then at most 63 letters, digits, ".", "_" or "-"',
    ),
  });
}

/** Name that a batch system or a host knows: no blanks, nothing that could be read as an option. */
export function systemName() {
  return z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.,:@+-]{0,127}$/, {
    error: said('This name cannot be passed on', 'begin with a letter, digit or "_"; no blanks'),
  });
}

/** Absolute path at a site; answered without doubled slashes and without one at its end. */
export function sitePath() {
  return z
    .string()
    .max(1000)
    .regex(/^(\/+[A-Za-z0-9._+@,=~-]+)+\/*$/, {
      error: said(
        'This is no absolute path that a job can use',
        'begin with "/", and use letters, digits and . _ + @ , = ~ - only',
      ),
    })
    .refine(path => !/\/\.\.?(\/|$)/.test(path), {
      error: said('The path has "." or ".." in it', 'write the path that is meant'),
    })
    .overwrite(path => path.replace(/\/+/g, '/').replace(/\/$/, ''));
}

/** Path on this machine; a relative one counts from the directory of the sites file. */
export function localPath() {
  return line().refine(path => !/^[~-]/.test(path), {
    error: said('The path begins with "~" or "-"', 'write an absolute path, or one relative to this file'),
  });
}

/** Address of a file or directory, or an absolute path. */
export function address() {
  return line(2000)
    .refine(text => /^(https?|ftp):\/\/[^/]|^file:\/\/\/|^\//i.test(text), {
      error: said(
        'This is no address that can be fetched',
        'begin with http://, https://, ftp://, file:/// or, for a file, with "/"',
      ),
    })
    .refine(isAddress, {
      error: said(
        'The address is not well-formed',
        'no blanks, quotes, backslashes, user names or ".."; write them as %XX where they are meant',
      ),
    });
}

function isAddress(text: string): boolean {
  if (/[\s"'`\\<>|^{}$;]/.test(text) || /(^|\/)\.\.(\/|$)/.test(text)) return false;
  if (text.startsWith('/')) return true;
  const url = URL.parse(text);
  return url !== null && url.username === '' && url.password === '';
}

/** SHA-256; answered in lower case. */
export function sha256() {
  return z
    .string()
    .regex(/^[0-9A-Fa-f]{64}$/, {
      error: said('This is no SHA-256', 'write the 64 hexadecimal digits that sha256sum prints'),
    })
    .toLowerCase();
}

/** A length of time between two bounds, such as `90m`; `secondsIn` reads it. */
export function duration(least: string, most: string) {
  return z
    .string()
    .regex(/^([0-9]{1,6}d)?([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$/, {
      error: said('This is no length of time', 'write it as 30s, 90m, 2h, 1d or 1h30m'),
    })
    .refine(text => secondsIn(least) <= secondsIn(text) && secondsIn(text) <= secondsIn(most), {
      error: said('This length of time is out of bounds', `write ${least} to ${most}`),
    });
}

/** Seconds of a length of time, such as `1h30m`. */
export function secondsIn(text: string): number {
  const units: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
  return [...text.matchAll(/([0-9]+)([dhms])/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? 0),
    0,
  );
}

/** A size, such as `500M`; `mebibytesIn` reads it. */
export function size() {
  return z.string().regex(/^[0-9]{1,6}[MGT]$/, {
    error: said('This is no size', 'write it as 500M, 2G or 1T'),
  });
}

/** MiB of a size, such as `2G`. */
export function mebibytesIn(text: string): number {
  const factor = { M: 1, G: 1024, T: 1024 * 1024 }[text.slice(-1)] ?? 1;
  return Number(text.slice(0, -1)) * factor;
}

/** A program and its arguments; of `{word}`s only the placeholders, each a whole argument. */
export function argumentList(placeholders: readonly string[]) {
  return z
    .array(argument(placeholders))
    .min(1)
    .max(100)
    .refine(([program]) => program !== undefined && /^[^-{\s]/.test(program), {
      error: said(
        'The list does not begin with a program',
        'write the program first, as in [qsub, -N, "{name}"]',
      ),
    });
}

function argument(placeholders: readonly string[]) {
  const known = placeholders.map(name => `{${name}}`);
  const all = known.length > 0 ? `known here: ${known.join(', ')}` : 'nothing is replaced here';
  return z
    .string()
    .max(8000)
    .refine(text => !/\0/.test(text), { error: said('It holds a NUL', 'take it out') })
    .refine(text => !/^\{\w+\}$/.test(text) || known.includes(text), {
      error: said('This placeholder is not known', all),
    })
    .refine(text => known.includes(text) || !known.some(name => text.includes(name)), {
      error: said(
        'A placeholder stands inside an argument, where nothing is replaced',
        `make it an argument of its own, or let a shell put it in: [sh, -c, 'exec prog --x="$1"', prog, "{…}"]`,
      ),
    });
}
