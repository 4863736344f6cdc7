import type { Need } from '../model.ts';
import { kindOf, nameOf } from '../needs.ts';
import { isPublishedVersion, isStem } from './catalog.ts';

/** One question of `search/1` of a depot, and what must hold of its answer. */
export interface SearchQuestion {
  readonly need: Need;
  /** `CASE_RETURN_MOST_FROM_TEXT`, as `pkg.depotd(8)`'s search operation 1 takes it. */
  readonly text: string;
  /** So many rows or more: the answer was cut, and `instead` is to be asked. */
  readonly most?: number;
  readonly instead?: readonly SearchQuestion[];
}

/** One row of an answer. */
export interface SearchRow {
  /** Number of the question, from 0. */
  readonly question: number;
  readonly name: string;
  readonly version: string;
  /** Absent where only packages were asked for. */
  readonly action?: string;
}

/** First line of every answer. */
export const SEARCH_HEADING = 'Return from search v1';

/** Rows after which the question is put in a way that fewer actions answer. */
const MOST_ROWS = 1000;

/**
 * The questions that tell who delivers something. `hasContent`: other paths below it were asked for, so that it is a directory,
 * which nearly every package names: then only files and links are asked for.
 */
export function searchQuestions(need: Need, hasContent: boolean): readonly SearchQuestion[] {
  const name = nameOf(need);
  switch (kindOf(need)) {
    case 'user':
    case 'group':
      return [actions(need, `:${kindOf(need)}:name:${term(name)}`)];
    case 'smf':
      return [`svc:/${name}`, name].map(one => actions(need, `:set:org.opensolaris.smf.fmri:${term(one)}`));
    case 'dir': {
      const path = `:dir:path:${term(`/${name}`)}`;
      const packages = { need, text: `True_1_None_None_${path}` };
      return [{ ...actions(need, path, MOST_ROWS), most: MOST_ROWS, instead: [packages] }];
    }
    case 'java':
      return [];
    case 'path': {
      const path = term(`/${name}`);
      const narrow = ['file', 'link', 'hardlink'].map(type => actions(need, `:${type}:path:${path}`));
      if (hasContent) return narrow;
      return [{ ...actions(need, `::path:${path}`, MOST_ROWS), most: MOST_ROWS, instead: narrow }];
    }
  }
}

/** The question for some of what lies below a directory. */
export function belowQuestion(directory: string): SearchQuestion {
  return actions(`dir:${directory}`, `::path:${term(`/${directory}/`)}*`, 64);
}

/** Rows of an answer; what makes no sense in it is left out. `undefined`: it is no answer of search at all. */
export function searchRows(text: string): readonly SearchRow[] | undefined {
  if (text === '') return [];
  const [heading, ...lines] = text.split('\n');
  return heading?.trim() === SEARCH_HEADING ? lines.flatMap(row) : undefined;
}

function actions(need: Need, text: string, most?: number): SearchQuestion {
  return { need, text: `True_2_${most ?? 'None'}_None_${text}` };
}

/** A word of a query: what has a meaning of its own there becomes `?`, which stands for any character. */
function term(text: string): string {
  return text.replace(/[^A-Za-z0-9/._+@%=,~:-]/gu, '?').replaceAll(':', '\\:');
}

const ROW = /^(\d+) ([12]) pkg:\/(?:\/[^/]+\/)?([^@ ]+)@(\S+)(?: \S+ (.+))?$/;

function row(line: string): readonly SearchRow[] {
  const [, question = '', kind, name = '', version = '', action] = ROW.exec(line.trimEnd()) ?? [];
  if (!isStem(name) || !isPublishedVersion(version) || (kind === '2' && action === undefined)) return [];
  return [{ question: Number(question), name, version, ...(action !== undefined && { action }) }];
}
