/** Options of every `packwright sites` command. */
export interface CommonOptions {
  /** The sites file. */
  readonly sites?: string;
  /** Directory of the store. */
  readonly state?: string;
  /** Names of sites; absent: all. */
  readonly site?: readonly string[];
  readonly tag?: readonly string[];
}

/** Options of commands that report. */
export interface StatusOptions extends CommonOptions {
  readonly format: 'text' | 'json' | 'html';
  readonly output?: string;
  readonly cached?: true;
  /** Milliseconds, or infinity: as long as it takes. Absent: do not wait. */
  readonly wait?: number;
}

/** Options of commands that ask something of sites. */
export interface RequestOptions extends StatusOptions {
  readonly dryRun?: true;
  readonly printJob?: true;
  readonly yes?: true;
  readonly owner?: string;
}

/** Options of the service. */
export interface ServeOptions extends CommonOptions {
  /** Five fields. */
  readonly cron: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly hostName?: readonly string[];
  readonly onceAtStart?: true;
}
