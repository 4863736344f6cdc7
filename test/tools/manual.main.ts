import { writeFileSync } from 'node:fs';
import { catcherPages, manual } from './manual.ts';

writeFileSync('docs/findings.md', manual());
for (const [name, page] of catcherPages()) writeFileSync(`docs/catchers/${name}.md`, page);
