/** One line of the table. */
export interface BenchRow {
  readonly what: string;
  /** With its unit. */
  readonly measured: string;
  /** What it is compared with, and how. */
  readonly beside: string;
  /** What is wanted; absent when the row is only there to compare with. */
  readonly aim?: string;
  readonly met?: boolean;
}

/** Prints rows as a table. */
export function printTable(rows: readonly BenchRow[]): void {
  const head = ['what', 'measured', 'beside', 'aim', ''];
  const cells = rows.map(({ what, measured, beside, aim, met }) => [
    what,
    measured,
    beside,
    aim ?? '',
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ]);
  const widths = head.map((title, at) => Math.max(title.length, ...cells.map(row => row[at]?.length ?? 0)));
  for (const row of [head, widths.map(width => '-'.repeat(width)), ...cells])
    console.log(
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** The value below which the share `part` of all values lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Milliseconds, with as many digits as mean something. */
export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
