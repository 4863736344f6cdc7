import { z } from 'zod';
import { settingsSchema } from './settings-schema.ts';

/** The text of `schemas/packwright.schema.json`, for editors that complete and check YAML. */
export function settingsJsonSchema(): string {
  const schema = z.toJSONSchema(settingsSchema, { target: 'draft-7', io: 'input' });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
