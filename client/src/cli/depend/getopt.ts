/** Short options with and without a value, and long ones of our own. */
export interface OptionTable {
  /** As for `getopt(3C)`: `d:mo` are `-d VALUE`, `-m` and `-o`. */
  readonly short: string;
  /** Long options: with a value where it ends in `=`. */
  readonly long: readonly string[];
}

/** An option as it was given. */
export interface GivenOption {
  /** `-d` or `--repository`. */
  readonly name: string;
  /** Empty for one without a value. */
  readonly value: string;
}

/** Arguments taken apart. */
export interface Arguments {
  readonly options: readonly GivenOption[];
  readonly operands: readonly string[];
}

/**
 * Takes arguments apart as `getopt(3C)` does: letters combined (`-mS`), values attached (`-dDIR`, `--repository=URI`) or in
 * the next word, `--` before operands that begin with a dash. Options may also follow operands. Answers a sentence
 * where an argument makes no sense.
 */
export function getopt(argv: readonly string[], table: OptionTable): Arguments | string {
  const options: GivenOption[] = [];
  const operands: string[] = [];
  const left = [...argv];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--') return { options, operands: [...operands, ...left] };
    if (word === '-' || !word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const fault = word.startsWith('--')
      ? long(word, left, table, options)
      : letters(word, left, table, options);
    if (fault !== undefined) return fault;
  }
  return { options, operands };
}

function letters(
  word: string,
  left: string[],
  { short }: OptionTable,
  options: GivenOption[],
): string | undefined {
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] ?? '';
    const place = letter === ':' ? -1 : short.indexOf(letter);
    if (place < 0) return `there is no option -${letter}`;
    if (short[place + 1] !== ':') {
      options.push({ name: `-${letter}`, value: '' });
      continue;
    }
    const value = at + 1 < word.length ? word.slice(at + 1) : left.shift();
    if (value === undefined) return `option -${letter} needs a value`;
    options.push({ name: `-${letter}`, value });
    return undefined;
  }
  return undefined;
}

function long(word: string, left: string[], table: OptionTable, options: GivenOption[]): string | undefined {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  if (table.long.includes(`${name}=`)) {
    const value = equals < 0 ? left.shift() : word.slice(equals + 1);
    if (value === undefined || value === '') return `option ${name} needs a value`;
    options.push({ name, value });
    return undefined;
  }
  if (!table.long.includes(name)) return `there is no option ${name}`;
  if (equals >= 0) return `option ${name} takes no value`;
  options.push({ name, value: '' });
  return undefined;
}

/** The values of one option, in the order given. */
export function valuesOf({ options }: Arguments, name: string): readonly string[] {
  return options.filter(one => one.name === name).map(one => one.value);
}

/** Whether an option was given. */
export function has({ options }: Arguments, name: string): boolean {
  return options.some(one => one.name === name);
}
