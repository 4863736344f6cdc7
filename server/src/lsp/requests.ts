import {
  type CancellationToken,
  ErrorCodes,
  LSPErrorCodes,
  type RequestHandler,
  type RequestType,
  ResponseError,
} from 'vscode-languageserver/node';
import type { Context } from './context.ts';
import { signalOf } from './convert.ts';

/**
 * Answers a request: the protocol's token becomes a signal, an abort the protocol's answer to it, and
 * a bug of ours a log entry and an error, never the end of the server.
 */
export function answer<P, R, E>(
  context: Context,
  type: RequestType<P, R, E>,
  work: (params: P, signal: AbortSignal) => Promise<R>,
): void {
  const handler = async (params: P, token: CancellationToken): Promise<R | ResponseError<E>> => {
    if (context.stopping.aborted) return stopped<E>();
    const signal = signalOf(token, context.stopping);
    context.documents.flush();
    try {
      return await work(params, signal);
    } catch (error) {
      if (context.stopping.aborted) return stopped<E>();
      if (signal.aborted) return new ResponseError<E>(LSPErrorCodes.RequestCancelled, 'cancelled');
      context.log(`${type.method}: ${described(error)}`);
      return new ResponseError<E>(ErrorCodes.InternalError, `${type.method} failed: ${String(error)}`);
    }
  };
  // The library's type of an answer depends on whether `R` may be null, which nobody knows here.
  context.connection.onRequest(type, handler as RequestHandler<P, R, E>);
}

/** The error with its stack, for a log. */
export function described(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The answer to what still waits at `shutdown`; asking again is no use. */
function stopped<E>(): ResponseError<E> {
  const data = { retriggerRequest: false } as E;
  return new ResponseError<E>(LSPErrorCodes.ServerCancelled, 'the server is shutting down', data);
}
