/** What a document is to us: by its name, as the dialects have it. */
export type DocumentKind = 'manifest' | 'settings' | 'payload';

/** Name of the settings file of a package tree. */
const settingsName = 'packwright.yaml';

export function kindOfDocument(path: string): DocumentKind {
  if (path.endsWith(`/${settingsName}`)) return 'settings';
  return /\.(p5m|mog)$/.test(path) ? 'manifest' : 'payload';
}
