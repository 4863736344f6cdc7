import type { Finding } from '../../../../server/src/core/model.ts';

/** The message with the payload that it is about: for readers that are shown nothing else. */
export function messageOf({ message, neededBy: [first] }: Finding): string {
  if (first === undefined || message.includes(first)) return message;
  return message.startsWith('needs ') ? `${first} ${message}` : `${first}: ${message}`;
}
