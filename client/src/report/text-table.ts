import type { TextStyle } from './status-text.ts';

/** Rows below a heading, in columns as wide as their widest cell; the last one is as long as it is. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  paint: TextStyle['paint'],
): string {
  const widths = heading.map((word, column) =>
    rows.reduce((width, row) => Math.max(width, widthOf(row[column] ?? '')), word.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === cells.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)),
      )
      .join('  ')
      .trimEnd();
  return [paint('heading', line(heading)), ...rows.map(line)].map(each => `${each}\n`).join('');
}

/** Characters that take a place; colours take none. */
function widthOf(cell: string): number {
  return cell.replace(COLOURS, '').length;
}

// biome-ignore lint/complexity/useRegexLiterals: the escape must stay readable
const COLOURS = new RegExp('\\u001b\\[[0-9;]*m', 'g');
