import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { noticeHtml } from '../../report/html/notice-html.ts';
import { policy } from '../../report/html/page.ts';
import { type Document, documentOf } from './document.ts';

/** What goes out for a request; without a body for `HEAD`. */
export interface Reply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Uint8Array;
}

/** A document, or that the asker has it (RFC 9110, section 13.1.2). */
export function documentReply({ status, format, body, digest }: Document, asked: IncomingHttpHeaders): Reply {
  const etag = `"${digest}"`;
  const headers = { ...headersOf(format), ETag: etag };
  if (status === 200 && matches(asked['if-none-match'], etag)) return { status: 304, headers, body: NOTHING };
  return { status, headers: { ...headers, ...bodyHeaders(format, body) }, body };
}

/** A page that says why there is no document. */
export function noticeReply(status: 404 | 503, title: string, sentence: string): Reply {
  const { body } = documentOf(noticeHtml(title, sentence), 'html');
  const wait = status === 503 ? { 'Retry-After': '15' } : {};
  return { status, headers: { ...headersOf('html'), ...bodyHeaders('html', body), ...wait }, body };
}

/** One line, to a client that does not speak as it should. */
export function refusal(status: number, sentence: string, more: OutgoingHttpHeaders = {}): Reply {
  const { body } = documentOf(`${sentence}\n`, 'text');
  return { status, headers: { ...headersOf('text'), ...bodyHeaders('text', body), ...more }, body };
}

type Format = Document['format'];

const NOTHING = new Uint8Array();

const TYPES: Readonly<Record<Format, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  text: 'text/plain; charset=utf-8',
};

function headersOf(format: Format): OutgoingHttpHeaders {
  return {
    // Kept by whoever likes, but asked about each time.
    'Cache-Control': 'no-cache',
    'Content-Security-Policy':
      format === 'html' ? `${policy}; frame-ancestors 'none'` : "default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
  };
}

function bodyHeaders(format: Format, body: Uint8Array): OutgoingHttpHeaders {
  return { 'Content-Type': TYPES[format], 'Content-Length': body.length };
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some(each => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}
