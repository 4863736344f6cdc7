/**
 * The value of a key in a section of an INI text, as Python's configparser reads `pkg5.repository` and `pkg5.image`;
 * keys and sections without regard to case. `undefined` where it is not said.
 */
export function iniValue(ini: string, section: string, key: string): string | undefined {
  let current = '';
  for (const line of ini.split('\n').map(one => one.trim())) {
    if (line.startsWith('[')) current = line.slice(1, line.indexOf(']')).toLowerCase();
    const at = line.search(/[=:]/);
    if (current === section && at > 0 && line.slice(0, at).trim().toLowerCase() === key)
      return line.slice(at + 1).trim();
  }
  return undefined;
}
