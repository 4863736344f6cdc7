import type { HtmlInput } from './html-input.ts';
import { type PackageRow, packageRows } from './package-rows.ts';
import { type Places, placesOf } from './place.ts';

/** Everything the sections of the page share, worked out once. */
export interface Survey extends Places {
  readonly input: HtmlInput;
  /** By name. */
  readonly rows: readonly PackageRow[];
}

/** Works out what follows from the report. */
export function surveyOf(input: HtmlInput): Survey {
  const places = placesOf(input);
  return { ...places, input, rows: packageRows(places.places, input.newest) };
}
