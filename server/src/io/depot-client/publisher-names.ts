import { type DepotAddress, isOf } from './address.ts';
import {
  defaultPublisherIn,
  type Operations,
  offers,
  publishersIn,
  publishersInStatus,
} from './depot-facts.ts';
import { type DepotFiles, type Fetched, LIMITS } from './depot-files.ts';
import { type Failure, refusal } from './transport.ts';

/**
 * The publishers of a depot, the default one first: the order of `publisher/0` is an accident. `answer` is what was answered
 * there; of an address that ends with a publisher it is that one.
 */
export async function publisherNames(
  files: DepotFiles,
  address: DepotAddress,
  answer: Fetched | Failure,
  operations: Operations,
  signal: AbortSignal,
): Promise<readonly string[] | Failure> {
  const names = await namesIn(files, answer, operations, signal);
  if ('failure' in names) return names;
  if (names.length === 0)
    return refusal('has no publisher and so no packages; publish some, or correct the address');
  const [own] = names.filter(name => isOf(address, name));
  if (own !== undefined) return [own];
  if (names.length < 2 || !offers(operations, 'status', '0')) return names;
  const status = await askStatus(files, signal);
  const first = 'failure' in status ? undefined : defaultPublisherIn(status.text);
  return [...names].sort((a, b) => Number(b === first) - Number(a === first));
}

/** From `status/0` where `publisher/0` fails. */
async function namesIn(
  files: DepotFiles,
  answer: Fetched | Failure,
  operations: Operations,
  signal: AbortSignal,
): Promise<readonly string[] | Failure> {
  if ('text' in answer) {
    const names = publishersIn(answer.text);
    if (typeof names !== 'string') return names;
    return refusal(`tells its publishers in a way that is not understood (it ${names})`);
  }
  if (answer.unreachable || !offers(operations, 'status', '0')) return answer;
  const status = await askStatus(files, signal);
  const names = 'text' in status ? publishersInStatus(status.text) : [];
  return names.length > 0 ? names : answer;
}

function askStatus(files: DepotFiles, signal: AbortSignal): Promise<Fetched | Failure> {
  return files.fetch('status/0', LIMITS.small, signal, { keep: false, tries: 1 });
}
