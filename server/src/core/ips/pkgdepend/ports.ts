import type { InputFault, PayloadFile } from '../../model.ts';

/** A payload in a proto area. */
export interface FoundPayload {
  readonly payload: PayloadFile;
  /** Absolute path, for messages. */
  readonly location: string;
  /** The proto area, absolute. */
  readonly area: string;
}

/** Port: the proto areas of a run, searched in order. */
export interface ProtoFiles {
  readonly areas: readonly string[];
  /** Looks for a payload word or path without leading slashes; `undefined`: in none of them. */
  find(name: string): FoundPayload | InputFault | undefined;
}
