/** A class file with nothing but a constant pool: a class that refers to others. */
export function classFile(
  name: string,
  options: {
    readonly major?: number;
    readonly minor?: number;
    readonly refersTo?: readonly string[];
    /** Method descriptors that it uses. */
    readonly descriptors?: readonly string[];
    /** Nested classes in its `InnerClasses` attribute. */
    readonly nested?: readonly string[];
    /** Classes whose methods it calls. */
    readonly calls?: readonly string[];
  } = {},
): Uint8Array {
  const constants: Buffer[] = [];
  const add = (constant: Buffer): number => constants.push(constant);
  const utf8 = (text: string): number => {
    const bytes = Buffer.from(text);
    return add(Buffer.concat([Buffer.of(1), half(bytes.length), bytes]));
  };
  const known = new Map<string, number>();
  const reference = (tag: number, text: string): number => {
    const key = `${tag} ${text}`;
    const index = known.get(key) ?? add(Buffer.concat([Buffer.of(tag), half(utf8(text))]));
    known.set(key, index);
    return index;
  };
  const self = reference(7, name);
  const parent = reference(7, 'java/lang/Object');
  for (const other of options.refersTo ?? []) reference(7, other);
  for (const descriptor of options.descriptors ?? []) reference(16, descriptor);
  for (const other of options.calls ?? []) {
    const owner = reference(7, other);
    const nameAndType = add(Buffer.concat([Buffer.of(12), half(utf8('run')), half(utf8('()V'))]));
    add(Buffer.concat([Buffer.of(10), half(owner), half(nameAndType)]));
  }
  const nested = (options.nested ?? []).map(other => [reference(7, other), 0, 0, 9]);
  const table = Buffer.concat([nested.length, ...nested.flat()].map(half));
  const innerClasses = utf8('InnerClasses');
  return new Uint8Array(
    Buffer.concat([
      Buffer.of(0xca, 0xfe, 0xba, 0xbe),
      half(options.minor ?? 0),
      half(options.major ?? 52),
      half(constants.length + 1),
      ...constants,
      ...[0x21, self, parent, 0, 0, 0, 1, innerClasses, 0, table.length].map(half),
      table,
    ]),
  );
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
