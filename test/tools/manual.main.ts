import { writeFileSync } from 'node:fs';
import { manual } from './manual.ts';

writeFileSync('docs/findings.md', manual());
