import type { Span } from '../model.ts';

/**
 * One logical line of a manifest. The lines of a text tile it: each starts where the one before
 * ends, continuations and line ends included, so that nothing of the source is lost.
 */
export type Line = Blank | Comment | Action | Include | Transform | Unknown;

/** What every logical line has. */
export interface LineBase extends Span {
  /** Zero-based physical line on which it starts. */
  readonly line: number;
  /** End of its last token: without trailing blanks, an open continuation and the line end. */
  readonly contentEnd: number;
}

export interface Blank extends LineBase {
  readonly kind: 'blank';
}

/** A line whose first character is `#`, with the lines that a `\` at its end swallows. */
export interface Comment extends LineBase {
  readonly kind: 'comment';
}

/** `<include FILE>` of `pkgmogrify(1)`; recognised, not followed. */
export interface Include extends LineBase {
  readonly kind: 'include';
  readonly prefix: string;
  /** The file's name, without quotes. */
  readonly file: string;
  readonly fileStart: number;
}

/** `<transform … -> …>` of `pkgmogrify(1)`; recognised, not applied. */
export interface Transform extends LineBase {
  readonly kind: 'transform';
  readonly prefix: string;
}

/** A line that is nothing else: of an unknown type, or nothing but macros. */
export interface Unknown extends LineBase {
  readonly kind: 'unknown';
  readonly prefix: string;
  readonly word: string;
  readonly wordStart: number;
}

/** One action, `pkg(7)`. Everything in it is as written: macros stand unexpanded. */
export interface Action extends LineBase {
  readonly kind: 'action';
  /** Macros glued to the type, as in `$(i386_ONLY)file`; empty when there are none. */
  readonly prefix: string;
  readonly type: ActionType;
  readonly typeStart: number;
  /** Payload word of `file`, `license` and `signature`; absent when there is none. */
  readonly payload: Word | undefined;
  readonly attributes: readonly Attribute[];
  /** Words without `=`, in the wrong place unless they are macros. */
  readonly bare: readonly Word[];
  /** True when `$(` occurs in it. */
  readonly macros: boolean;
}

/** A word of an action, decoded: continuations inside it are removed. */
export interface Word extends Span {
  readonly value: string;
}

/** `key=value`. The span covers both, with the quotes. */
export interface Attribute extends Span {
  readonly key: string;
  /** Decoded: without quotes, escapes and continuations; quoted strings in a row are joined. */
  readonly value: string;
  /** Offset behind the `=`; the value as written reaches from here to `end`. */
  readonly valueStart: number;
}

/** The action types of `pkg(7)`. */
export type ActionType =
  | 'set'
  | 'depend'
  | 'file'
  | 'dir'
  | 'link'
  | 'hardlink'
  | 'driver'
  | 'group'
  | 'user'
  | 'license'
  | 'legacy'
  | 'signature'
  | 'unknown';

/** Type -> its key attribute, which names the action and may not repeat (but on `depend`). */
export const KEY_ATTRIBUTE: Readonly<Record<ActionType, string>> = {
  set: 'name',
  depend: 'fmri',
  file: 'path',
  dir: 'path',
  link: 'path',
  hardlink: 'path',
  driver: 'name',
  group: 'groupname',
  user: 'username',
  license: 'license',
  legacy: 'pkg',
  signature: 'value',
  unknown: 'name',
};

/** Every action type. */
export const ACTION_TYPES = Object.keys(KEY_ATTRIBUTE) as readonly ActionType[];

/** Whether actions of this type carry content, and so may have a payload word. */
export function hasPayload(type: ActionType): boolean {
  return type === 'file' || type === 'license' || type === 'signature';
}
