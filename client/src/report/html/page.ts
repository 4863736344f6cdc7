import { html, type Markup, verbatim } from './markup.ts';
import { sha256 } from './sha256.ts';
import style from './style.css';

/** What a page shows. */
export interface PageParts {
  readonly title: string;
  /** Beside the heading: when, of what. */
  readonly subtitle: Markup;
  /** Identifiers and names of the sections, for the navigation. */
  readonly contents: readonly { readonly id: string; readonly name: string }[];
  readonly main: Markup;
}

/**
 * A whole document. It runs no script, fetches nothing and sends nothing: its policy allows its one style sheet by
 * its hash, and nothing else.
 */
export function page({ title, subtitle, contents, main }: PageParts): Markup {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Packwright">
<title>${title}</title>
<style>${verbatim(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<header class="top"><h1>${title}</h1>
<p>${subtitle}</p></header>
<nav class="contents" aria-label="Contents"><ul>${contents.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">
${main}
</main>
<footer><p>Made by Packwright from what the sites reported. The same facts for programs: <code>packwright sites status --cached --format json</code>.</p></footer>
</body>
</html>
`;
}

/** The policy that the page carries, for those who serve it to say the same in a header. */
export const policy: string = `default-src 'none'; style-src 'sha256-${sha256(style)}'; base-uri 'none'; form-action 'none'`;
