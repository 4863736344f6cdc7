/** Digest of bytes, or of a text in UTF-8. */
export function digest(
  algorithm: 'sha1' | 'sha256',
  content: string | Uint8Array,
  encoding: 'hex' | 'base64',
): string {
  // Loaded at the first use: most checks ask for no digest, and the module takes as long as 50 payloads.
  return process.getBuiltinModule('node:crypto').hash(algorithm, content, encoding);
}
