import type { Request, SitesFault } from '../grid/model.ts';
import type { SiteState, SiteStatus } from '../report/status-report.ts';

export type { SiteState };

/** What the worker is started with. */
export interface WorkerStart {
  /** Absolute path of the sites file. */
  readonly sitesFile: string;
  /** Directory of the store; absent: that of the XDG state directory. */
  readonly stateDirectory?: string;
  /** For copies of what was fetched. */
  readonly cacheDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** To the worker. */
export type ToWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly ask: Ask }
  /** Ends it: the jobs go on, and whoever comes next finds them. */
  | { readonly kind: 'close' };

/** From the worker. */
export type FromWorker =
  /** Whenever something changed, whoever changed it. */
  | { readonly kind: 'view'; readonly view: SitesView }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Answer<Ask> }
  /** What a person should know and is no error. */
  | { readonly kind: 'note'; readonly text: string };

/** What can be asked of the worker. Only `request` and `cancel` change anything. */
export type Ask =
  /** One job for each site; several equal ones are one. */
  | {
      readonly kind: 'request';
      readonly verb: Exclude<Request['verb'], 'unlock'>;
      readonly sites: readonly string[];
      readonly packages: readonly string[];
    }
  /** All open jobs of these sites, or these jobs. */
  | { readonly kind: 'cancel'; readonly sites: readonly string[]; readonly jobs: readonly string[] }
  /** Looks again at once: at the sites file, and at a store that could not be used. */
  | { readonly kind: 'refresh' }
  /** What the repositories of the sites offer. */
  | { readonly kind: 'packages'; readonly sites: readonly string[] }
  | { readonly kind: 'site'; readonly site: string }
  | { readonly kind: 'report'; readonly format: 'html' | 'json' }
  /** Everything about one job, or about the newest of a site. */
  | { readonly kind: 'log'; readonly site: string; readonly job?: string };

/** What is answered to an ask; a `fault` is a sentence for the user. */
export type Answer<A extends Ask> = Answers[A['kind']] | { readonly fault: string };

interface Answers {
  /** Ids of the jobs that see to it. */
  readonly request: { readonly jobs: readonly string[] };
  readonly cancel: { readonly jobs: readonly string[] };
  readonly refresh: { readonly done: true };
  readonly packages: Offers;
  readonly site: SiteDetail;
  readonly report: { readonly text: string };
  readonly log: { readonly text: string };
}

/** How everything stands. */
export type SitesView =
  /** There is no sites file at the path, or it cannot be read; completes "FILE ...". */
  | { readonly kind: 'unreadable'; readonly path: string; readonly problem: string; readonly open: number }
  /** Its text means nothing. */
  | {
      readonly kind: 'broken';
      readonly path: string;
      readonly faults: readonly SitesFault[];
      /** Jobs in the store that nobody can move on. */
      readonly open: number;
    }
  /** The store cannot be used; a sentence that says what to do. */
  | { readonly kind: 'failed'; readonly path: string; readonly message: string }
  | ReadyView;

/** A sites file and what is known of its sites. */
export interface ReadyView {
  readonly kind: 'ready';
  readonly path: string;
  readonly vo: string;
  /** In the order of the file, those with a fault too. */
  readonly sites: readonly SiteSummary[];
  /** What is wrong in the file all the same. */
  readonly faults: readonly SitesFault[];
  /** Jobs that have not ended. */
  readonly open: number;
  /** The process that moves them on; `null`: nobody does at the moment. */
  readonly driver: { readonly host: string; readonly pid: number; readonly here: boolean } | null;
  /** There are open jobs, and for a while nobody has moved them on. */
  readonly idle: boolean;
  /** Why this process cannot move them on, when it has failed at it. */
  readonly trouble?: string;
}

/** One line about a site. Times are ISO 8601. */
export interface SiteSummary {
  readonly name: string;
  readonly state: SiteState;
  /** It failed, is vulnerable, or is not what it ought to be. */
  readonly bad: boolean;
  readonly reason: string;
  readonly since: string | null;
  readonly checkedAt: string | null;
  /** `null`: not known. */
  readonly packages: number | null;
  readonly vulnerable: number;
  readonly audited: boolean;
  readonly problems: number;
  /** Jobs that have not ended, the one under way first. */
  readonly jobs: readonly JobLine[];
  /** Changes with everything that ended or came back, milliseconds since 1970. */
  readonly settledAt: number;
  /** It can be asked something: the sites file describes it well. */
  readonly usable: boolean;
}

/** One line about a job. Times are milliseconds since 1970. */
export interface JobLine {
  readonly id: string;
  readonly verb: Request['verb'];
  readonly packages: readonly string[];
  readonly dryRun: boolean;
  readonly state: SiteState | 'done';
  readonly reason: string;
  readonly since: number;
  readonly cancelRequested: boolean;
}

/** Everything about a site that the view shows. */
export interface SiteDetail {
  readonly status: SiteStatus;
  /** Jobs that ended, newest first. */
  readonly history: readonly JobLine[];
}

/** What repositories offer. */
export interface Offers {
  /** Sorted by name. */
  readonly packages: readonly Offer[];
  /** Sites whose repository could not be read, or that have none, and why. */
  readonly without: readonly { readonly site: string; readonly reason: string }[];
}

/** A version of a package, or the newest one. */
export interface Offer {
  /** Name and version. */
  readonly pkgname: string;
  readonly name: string;
  readonly version: string;
  readonly comment: string;
  /** No other version of it is newer. */
  readonly newest: boolean;
  /** Those of the asked sites whose repository has it. */
  readonly sites: readonly string[];
}
