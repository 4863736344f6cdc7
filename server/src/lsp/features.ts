import { codeActions } from './code-actions.ts';
import type { Feature } from './context.ts';
import { synchronisation } from './documents.ts';
import { folding } from './folding.ts';
import { hover } from './hover.ts';
import { inlayHints } from './inlay-hints.ts';
import { links } from './links.ts';
import { progress } from './progress.ts';
import { pullDiagnostics } from './pull-diagnostics.ts';
import { pushDiagnostics } from './push-diagnostics.ts';
import { registrations } from './registrations.ts';
import { status } from './status.ts';
import { symbols } from './symbols.ts';
import { watching } from './watch.ts';
import { why } from './why.ts';
import { workspaceFolders } from './workspace-folders.ts';

/** Everything the language server does. */
export const features: readonly Feature[] = [
  synchronisation,
  pullDiagnostics,
  pushDiagnostics,
  codeActions,
  hover,
  why,
  symbols,
  folding,
  links,
  inlayHints,
  watching,
  workspaceFolders,
  registrations,
  progress,
  status,
];
