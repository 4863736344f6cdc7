import { z } from 'zod';
import { sitesSchema } from './sites-schema.ts';

/** The text of `schemas/sites.schema.json`, for editors that complete and check YAML. */
export function sitesJsonSchema(): string {
  const schema = z.toJSONSchema(sitesSchema, { target: 'draft-7', io: 'input' });
  const whole = { ...schema, patternProperties: { '^x-': { description: 'A place for anchors.' } } };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}
