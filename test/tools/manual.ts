import { catchers } from '../../server/src/core/catchers/index.ts';
import { findings } from '../../server/src/core/findings/index.ts';

/** The text of `docs/findings.md`: every finding's documentation, from the same source as its messages. */
export function manual(): string {
  const pages = findings.map(({ code, title, doc }) => `## ${code}\n\n*${title}*\n\n${doc}\n`);
  return `# Findings\n\nWhat Packwright reports, in the words of \`packwright explain CODE\`.\n\n${pages.join('\n')}`;
}

/** The text of each `docs/catchers/NAME.md`, by name. */
export function catcherPages(): ReadonlyMap<string, string> {
  return new Map(
    catchers.map(({ name, doc, page }) => [name, `# The ${name} catcher\n\n*${doc}*\n\n${page.trim()}\n`]),
  );
}
