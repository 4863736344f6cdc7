import { InvalidArgumentError } from 'commander';
import { cronFault } from '../../grid/maintenance.ts';
import type { ServeOptions } from './options.ts';

/** `8017`, `0.0.0.0:8017`, `[::1]:8017`, `node.example.org:8017`. */
export function listenAddress(text: string): ServeOptions['listen'] {
  const [, host = '127.0.0.1', port = ''] =
    /^(?:(\[[0-9a-f:.]+\]|[A-Za-z0-9._-]+):)?(\d{1,5})$/i.exec(text) ?? [];
  if (port === '' || Number(port) > 65_535)
    throw new InvalidArgumentError('Write a port such as 8017, or a host and a port such as 0.0.0.0:8017.');
  return { host, port: Number(port) };
}

/** A cron expression of five fields. */
export function cronExpression(text: string): string {
  const fault = cronFault(text);
  if (fault) throw new InvalidArgumentError(`${fault[0]}; ${fault[1]}.`);
  return text;
}
