import type { ReportFault } from '../status-report.ts';
import { html, type Markup } from './markup.ts';
import { visible } from './visible.ts';
import { grouped } from './words.ts';

/** What is wrong with the sites file and the like; nothing when nothing is. */
export function faultsSection(faults: readonly ReportFault[]): Markup | undefined {
  if (faults.length === 0) return undefined;
  const rest = faults.length - MOST;
  return html`<section aria-labelledby="faults"><h2 id="faults">Sites file</h2>
<ul>${faults.slice(0, MOST).map(fault)}${rest > 0 ? html`<li class="omitted">and ${grouped(rest)} more</li>` : undefined}</ul>
</section>`;
}

const MOST = 100;

function fault({ path, line, column, message }: ReportFault): Markup {
  const place = [visible(path, 200), line, column].filter(part => part !== undefined).join(':');
  return html`<li><code>${place}</code>: ${visible(message, 400)}</li>`;
}
