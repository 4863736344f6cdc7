import type { Delivery, FileEntry, VariantSet } from './model.ts';

/**
 * The `file` action of a manifest that a delivery is about; `undefined` where none is, or where several may be:
 * one path can be delivered from another payload for each architecture.
 */
export function actionOf(delivery: Delivery, files: readonly FileEntry[]): FileEntry | undefined {
  const alike = files.filter(one => one.path === delivery.path && one.unset.length === 0);
  const under = alike.length > 1 ? alike.filter(one => covers(one.variants, delivery.variants)) : alike;
  return under.length === 1 ? under[0] : undefined;
}

/** Whether everything under `tags` is under the action's own tags. */
function covers(own: VariantSet | undefined, tags: VariantSet | undefined): boolean {
  for (const [name, values] of own ?? []) {
    const asked = tags?.get(name);
    if (!asked || [...asked].some(value => !values.has(value))) return false;
  }
  return true;
}
