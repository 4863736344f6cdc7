import type { Job, JobMaterial, JobRecord, Request, Site } from '../model.ts';
import { requestLines } from './request.ts';

/** The text of a job's file, or why it cannot be made: a sentence without a full stop. */
export type Composed =
  | { readonly kind: 'ready'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * The complete file of a job: the script, which only defines functions, and the command that starts it with
 * the request as a here-document (`docs/site-job.md`). The command is one compound command, so that a shell
 * runs nothing of a file that was cut off.
 */
export function composeScript(record: JobRecord, material: JobMaterial, script: string): Composed {
  const { vulnerabilities } = material;
  if (vulnerabilities.kind === 'sent' && vulnerabilities.text.length > LONGEST) return TOO_LONG;
  const lines = requestLines(record, material);
  if (typeof lines === 'string') return { kind: 'refused', reason: lines };
  const body = script.endsWith('\n') ? script : `${script}\n`;
  // Added up, not joined: megabytes are then copied once only, when they are sent.
  const request = lines.reduce((before, line) => `${before}\n${line}`);
  const text = `${body}{ packwright_job <<'${TERMINATOR}'\n${request}\n${TERMINATOR}\nexit; }\n`;
  if (text.length > LONGEST) return TOO_LONG;
  return { kind: 'ready', text };
}

/** Every line of a request has a blank in it, and this has none. */
const TERMINATOR = 'PACKWRIGHT_REQUEST';

/** UTF-16 units; a list of vulnerabilities has about 3 million. */
const LONGEST = 16 << 20;

const TOO_LONG: Composed = {
  kind: 'refused',
  reason: `The job would be longer than ${LONGEST >> 20} MiB, so it is not sent`,
};

/** What a back end submits. All jobs of a site have one name, so that batch systems can serialize them too. */
export function jobOf({ id, site }: JobRecord, text: string): Job {
  const name = `packwright-${site.vo}-${site.name}`.replace(/[^A-Za-z0-9._-]/g, '_');
  return { id, name, script: text, wallMinutes: site.wallMinutes };
}

/** What a new job is made of. */
export interface NewJob {
  readonly site: Site;
  readonly request: Request;
  /** 32 random hexadecimal digits. */
  readonly id: string;
  /** 32 others. */
  readonly nonce: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A job that waits for its turn. */
export function newRecord({ site, request, id, nonce, now }: NewJob): JobRecord {
  return {
    id,
    site,
    request: { ...request, packages: [...new Set(request.packages)].sort() },
    state: 'queued',
    reason: 'It waits for its turn',
    nonce,
    queuedAt: now,
    since: now,
    notBefore: now,
    cancelRequested: false,
    failures: 0,
  };
}
