import { DEBUG_ATTRIBUTE, quoted, TBD, wordsOf } from './attributes.ts';
import { taggedVariants } from './authored.ts';
import { ByPlaces } from './by-places.ts';
import type { Tagging, Template } from './combinations.ts';
import { type NeedRecord, type Places, reasonOf } from './need-record.ts';

/**
 * The `depend` lines of records, sorted: of each one line for each combination that is open, in as few words as `whole`
 * allows, or one with the tags of its action. They are what `formatAction` writes, keys in order.
 *
 * Most lines are long, and alike up to the file that has the need, for many files need the same thing. So what stands
 * before it is written once, and lines are sorted by it, then by the rest: no beginning goes on as another one.
 */
export function dependLines(records: readonly NeedRecord[], whole: Template): readonly string[] {
  const beginnings = new ByPlaces<string>();
  const endings = new Map<string, string[]>();
  for (const record of records) {
    const likely = record.likely === true;
    const beginning = beginnings.of(record, likely, () => written(record, likely));
    let known = endings.get(beginning);
    if (!known) {
      known = [];
      endings.set(beginning, known);
    }
    for (const tags of tagsOf(record, whole)) known.push(endingOf(record, tags));
  }
  const lines: string[] = [];
  for (const beginning of [...endings.keys()].sort())
    for (const ending of endings.get(beginning)?.sort() ?? []) lines.push(beginning + ending);
  return lines;
}

function written({ files, directories, whole }: Places, likely: boolean): string {
  const confidence = likely ? wordsOf(DEBUG_ATTRIBUTE.confidence, ['likely']) : '';
  const places =
    whole.length > 0
      ? wordsOf(DEBUG_ATTRIBUTE.fullpath, whole)
      : wordsOf(DEBUG_ATTRIBUTE.file, files) + wordsOf(DEBUG_ATTRIBUTE.path, directories);
  return `depend fmri=${TBD}${confidence}${places} ${DEBUG_ATTRIBUTE.reason}=`;
}

function endingOf(record: NeedRecord, tags: string): string {
  const severity = record.warning ? ` ${DEBUG_ATTRIBUTE.severity}=warning` : '';
  const kind = `${DEBUG_ATTRIBUTE.type}=${quoted(record.kind)}`;
  return `${quoted(reasonOf(record))}${severity} ${kind} type=require${tags}`;
}

/** The tags of each line, in words; they come last, for no other key stands behind `variant.`. */
function tagsOf({ action, when }: NeedRecord, whole: Template): readonly string[] {
  const own = taggedVariants(action.attributes);
  const open = when.openIn(whole);
  if (own.size === 0 && open.length === 0) return UNTAGGED;
  return open.length === 0 ? [tagWords(own)] : open.map(tagging => tagWords(withTags(own, tagging)));
}

const UNTAGGED: readonly string[] = [''];

function withTags(own: Template, tagging: Tagging): Template {
  return new Map([...own, ...[...tagging].map(([name, value]) => [name, new Set([value])] as const)]);
}

function tagWords(tags: Template): string {
  const names = [...tags.keys()].sort();
  return names.map(name => wordsOf(name, [...(tags.get(name) ?? [])])).join('');
}
