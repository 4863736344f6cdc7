import type { HtmlInput } from './html-input.ts';
import { type PackageRow, packageRows } from './package-rows.ts';
import { type Place, placesOf } from './place.ts';

/** Everything the sections of the page share, worked out once. */
export interface Survey {
  readonly input: HtmlInput;
  /** In the order of the report. */
  readonly places: readonly Place[];
  readonly byName: ReadonlyMap<string, Place>;
  /** By name. */
  readonly rows: readonly PackageRow[];
}

/** Works out what follows from the report. */
export function surveyOf(input: HtmlInput): Survey {
  const places = placesOf(input);
  return {
    input,
    places,
    byName: new Map(places.map(place => [place.status.name, place])),
    rows: packageRows(places, input.newest),
  };
}
