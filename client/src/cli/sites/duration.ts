/** Milliseconds of `90`, `90s`, `15m`, `2h`, `1d` or `1h30m`; a number alone is seconds. `undefined`: none of these. */
export function durationIn(text: string): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d{1,6}[smhd])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0),
    0,
  );
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Command-line arguments in which the optional value of `--wait` stands behind a `=`, so that it never
 * takes a package for a duration: `--wait 15m greet` and `--wait greet` both mean what they say.
 */
export function waitArguments(argv: readonly string[]): readonly string[] {
  return argv.flatMap((word, index) => {
    const next = argv[index + 1];
    if (word === '--wait')
      return next !== undefined && durationIn(next) !== undefined ? [`--wait=${next}`] : ['--wait='];
    return argv[index - 1] === '--wait' && durationIn(word) !== undefined ? [] : [word];
  });
}
