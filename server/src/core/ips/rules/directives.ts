import type { Lines, Report } from './subject.ts';

/** Judges `<transform>` and `<include>` lines, as far as they are read (`pkgmogrify(1)`). */
export function directiveFaults({ directives, text }: Lines, report: Report): void {
  for (const line of directives) {
    if (line.kind === 'include' && line.file === '') {
      report({
        severity: 'error',
        message: 'the name of the file to include is missing; write <include FILE>',
        span: spanOf(line),
      });
    }
    if (line.kind === 'transform' && !text.slice(line.start, line.contentEnd).includes('->')) {
      const message =
        'a transform needs "->" between what it matches and what it does; write <transform TYPE ATTR=REGEX -> OPERATION ...>';
      report({ severity: 'error', message, span: spanOf(line) });
    }
  }
}

function spanOf(line: { readonly start: number; readonly contentEnd: number }): {
  start: number;
  end: number;
} {
  return { start: line.start, end: line.contentEnd };
}
