import { parseP5m } from '../../core/ips/p5m.ts';
import {
  belowQuestion,
  SEARCH_HEADING,
  type SearchQuestion,
  type SearchRow,
  searchQuestions,
  searchRows,
} from '../../core/ips/search-v1.ts';
import type { Delivery, Need, Package, VariantSet } from '../../core/model.ts';
import { directoryNeed, kindOf, nameOf } from '../../core/needs.ts';
import { deliveryBody, deliveryFrom, kindNumber } from '../index-rows.ts';
import { LIMITS } from './depot-files.ts';
import type { SearchAnswer, SearchAnswers } from './search-answers.ts';
import type { Failure, Transport } from './transport.ts';

/** Questions of one request. */
const BATCH = 50;

/** The search of one publisher of a depot. */
export class DepotSearch {
  readonly publisher: string;
  readonly #transport: Transport;
  readonly #answers: SearchAnswers;

  constructor(publisher: string, transport: Transport, answers: SearchAnswers) {
    this.publisher = publisher;
    this.#transport = transport;
    this.#answers = answers;
  }

  /** What is known of needs without asking; those that are not known are left out. */
  known(keys: readonly string[]): ReadonlyMap<string, SearchAnswer> {
    const found = new Map<string, SearchAnswer>();
    for (const key of keys) {
      const answer = this.#answers.get(key);
      if (answer) found.set(key, answer);
    }
    return found;
  }

  /** Asks for needs and keeps the answers. What could not be asked is the failure's. */
  async ask(needs: ReadonlySet<Need>, signal: AbortSignal): Promise<Failure | undefined> {
    const parents = parentsOf(needs);
    const questions = [...needs].map(need => [need, searchQuestions(need, parents.has(need))] as const);
    return this.#askAll(new Map(questions), signal);
  }

  /** Asks for some of what lies below directories. */
  async askBelow(directories: readonly string[], signal: AbortSignal): Promise<Failure | undefined> {
    return this.#askAll(new Map(directories.map(one => [belowKey(one), [belowQuestion(one)]])), signal);
  }

  /** Whether the depot answers such questions at all; otherwise why not. */
  async probe(signal: AbortSignal): Promise<Failure | undefined> {
    const answer = await this.#request([...searchQuestions('usr/bin', true)], 1, signal);
    return 'failure' in answer ? answer : undefined;
  }

  async #askAll(
    open: ReadonlyMap<string, readonly SearchQuestion[]>,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const batches = inBatches([...open]);
    const failures = await Promise.all(batches.map(batch => this.#askBatch(new Map(batch), signal)));
    return failures.find(failure => failure !== undefined);
  }

  async #askBatch(
    open: ReadonlyMap<string, readonly SearchQuestion[]>,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const asked = [...open].flatMap(([key, questions]) => questions.map(question => ({ key, question })));
    const rows =
      asked.length === 0
        ? []
        : await this.#request(
            asked.map(one => one.question),
            undefined,
            signal,
          );
    if ('failure' in rows) return rows.tooLarge && open.size > 1 ? this.#inHalves([...open], signal) : rows;
    const answers = new Map<string, SearchAnswer>([...open.keys()].map(key => [key, []]));
    const again = new Map<string, readonly SearchQuestion[]>();
    const byQuestion = Map.groupBy(rows, one => one.question);
    for (const [index, { key, question }] of asked.entries()) {
      const found = byQuestion.get(index) ?? [];
      if (question.instead && found.length >= (question.most ?? Number.POSITIVE_INFINITY)) {
        again.set(key, question.instead);
        answers.delete(key);
      } else answers.get(key) && answers.set(key, [...(answers.get(key) ?? []), ...found.map(answerRow)]);
    }
    this.#answers.add(answers);
    return again.size > 0 ? this.#askBatch(again, signal) : undefined;
  }

  async #inHalves(
    open: readonly (readonly [string, readonly SearchQuestion[]])[],
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const middle = Math.ceil(open.length / 2);
    const first = await this.#askBatch(new Map(open.slice(0, middle)), signal);
    return first ?? this.#askBatch(new Map(open.slice(middle)), signal);
  }

  async #request(
    questions: readonly SearchQuestion[],
    tries: number | undefined,
    signal: AbortSignal,
  ): Promise<readonly SearchRow[] | Failure> {
    const body = questions.map(({ text }, index) => `${index}=${encodeURIComponent(text)}`).join('&');
    const request = { path: `${this.publisher}/search/1/`, body, limit: LIMITS.search, tries: tries ?? 2 };
    const answer = await this.#transport.ask(request, signal);
    if ('failure' in answer) return answer;
    const rows = searchRows(answer.body.toString('utf8'));
    const message = `answers a search with something else than “${SEARCH_HEADING}”`;
    return rows ?? { failure: true, message, unreachable: false };
  }
}

/** Under what the content of a directory is kept. */
export function belowKey(directory: string): string {
  return `below:${directory}`;
}

/** What an answer says of one version of a package, whose declared variants narrow it. */
export function deliveriesIn(
  answer: SearchAnswer,
  need: Need,
  of: (name: string, version: string) => Package | undefined,
): readonly Delivery[] {
  return answer.flatMap(([name, version, action]) => {
    const found = of(name, version);
    if (!found) return [];
    const text = action === '' && kindOf(need) === 'dir' ? directoryAction(need) : action;
    return parsed(text, found).filter(delivery => delivery.path === need);
  });
}

/** Implied deliveries of a directory, one of each version of at most 32 packages. */
export function impliedBy(
  answer: SearchAnswer,
  directory: string,
  of: (name: string, version: string) => Package | undefined,
): readonly Delivery[] {
  const path = directoryNeed(directory);
  const names = [...new Set(answer.map(([name]) => name))].slice(0, MOST_BELOW);
  const versions = new Map(answer.map(([name, version]) => [`${name}@${version}`, of(name, version)]));
  return [...versions.values()].flatMap(found => {
    if (!found || !names.includes(found.id.name)) return [];
    const tags = found.variants.size > 0 ? { variants: found.variants } : {};
    return [{ path, kind: 'dir' as const, implied: true as const, package: found.id, ...tags }];
  });
}

const MOST_BELOW = 32;

function directoryAction(need: Need): string {
  return `dir path="${nameOf(need).replaceAll('"', '\\"')}"`;
}

/** What an action delivers, as an index would tell it. */
function parsed(action: string, { id, variants }: Package): readonly Delivery[] {
  const declared = [...variants].map(([name, values]) => setAction(name, values));
  const text = [...declared, action].join('\n');
  const { deliveries } = parseP5m(text, { path: `${id.name}.p5m`, macros: {}, fragment: false });
  return deliveries.map(one =>
    deliveryFrom(one.path, kindNumber(one.kind), deliveryBody(one, variants), id, variants),
  );
}

function setAction(
  name: string,
  values: VariantSet extends ReadonlyMap<string, infer V> ? V : never,
): string {
  return `set name=variant.${name} ${[...values].map(value => `value="${value.replaceAll('"', '\\"')}"`).join(' ')}`;
}

function answerRow({ name, version, action }: SearchRow): SearchAnswer[number] {
  return [name, version, action ?? ''];
}

/** Those paths below which others are. */
function parentsOf(needs: ReadonlySet<Need>): ReadonlySet<Need> {
  const parents = new Set<Need>();
  for (const need of needs) {
    if (kindOf(need) !== 'path') continue;
    for (let at = need.lastIndexOf('/'); at > 0; at = need.lastIndexOf('/', at - 1))
      parents.add(need.slice(0, at));
  }
  return parents;
}

function inBatches(open: readonly (readonly [string, readonly SearchQuestion[]])[]): (typeof open)[] {
  const batches: (readonly [string, readonly SearchQuestion[]])[][] = [[]];
  let size = 0;
  for (const one of open) {
    if (size + one[1].length > BATCH) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(one);
    size += one[1].length;
  }
  return batches;
}
