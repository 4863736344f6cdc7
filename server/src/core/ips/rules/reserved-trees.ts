import type { Lines, Report } from './subject.ts';

/** `pkg(7)` keeps these trees from packages: what lies there goes or is the image's own. */
export function reservedTrees({ actions, fragment }: Lines, report: Report): void {
  if (fragment) return;
  for (const action of actions) {
    const { type } = action;
    if (type !== 'file' && type !== 'link' && type !== 'hardlink' && type !== 'dir') continue;
    for (const { key, value, valueStart, end } of action.attributes) {
      if (key !== 'path' || !isReserved(value)) continue;
      const message = `${value} lies in a tree that pkg(7) reserves; deliver it elsewhere`;
      report({ severity: 'warning', message, span: { start: valueStart, end } });
    }
  }
}

const RESERVED = /^\/*(?:system\/volatile|tmp|var\/share|var\/tmp|var\/pkg)\/./;

const LETTER_S = 115;
const LETTER_T = 116;
const LETTER_V = 118;
const SLASH = 47;

function isReserved(path: string): boolean {
  const first = path.charCodeAt(0);
  if (first !== LETTER_S && first !== LETTER_T && first !== LETTER_V && first !== SLASH) return false;
  return RESERVED.test(path);
}
