import type { Finding, InputFault, Severity } from '../../../../server/src/core/model.ts';
import type { BaselineEntry } from '../baseline.ts';
import { github } from './github.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

/** One checked text, a manifest or `packwright.yaml`, and what was found in it. */
export interface Checked {
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
  /** Sorted by place. */
  readonly findings: readonly Finding[];
}

/** Everything that one run found, sorted by path. */
export interface Report {
  readonly checked: readonly Checked[];
  /** Inputs that could not be read, each once. */
  readonly faults: readonly InputFault[];
  /** What `--fix` wrote. */
  readonly fixed: readonly string[];
  /** What a baseline hid, and what in it no finding matched. */
  readonly baseline?: { readonly hidden: number; readonly stale: readonly BaselineEntry[] };
}

/** How a report is to be written. */
export interface Style {
  /** Paths below it are shown relative to it. */
  readonly cwd: string;
  readonly colours: boolean;
  /** From which severity on a run fails. */
  readonly failOn: Severity;
}

/** Writes a report. A value in the list of reporters. */
export interface Reporter {
  /** Value of `--format`. */
  readonly name: string;
  write(report: Report, style: Style): string;
}

/** Every reporter; the first is the default. */
export const reporters: readonly Reporter[] = [text, json, sarif, junit, github];
