/** A site of the sites file, with the file's defaults applied. Plain data: it is kept with every job. */
export interface Site {
  /** Unique in its VO: a letter or digit, then at most 63 letters, digits, `.`, `_` or `-`. */
  readonly name: string;
  readonly vo: string;
  /** `local`, `slurm`, or a name below `backends` of the sites file (then `commands` is set). */
  readonly backend: string;
  /** How the batch system is reached; absent: on this machine. */
  readonly host?: SshHost;
  /** Directory on the submit host for jobs and their outputs, shared with the worker nodes; absent: below the home directory. */
  readonly spool?: string;
  /** Partition or queue of the batch system; absent: its default. */
  readonly queue?: string;
  readonly slurm?: SlurmPlace;
  /** What a back end of the sites file's own runs. */
  readonly commands?: CommandLists;
  /** VO_SW_AREA, absolute; absent: the variable `VO_<VO>_SW_DIR` at the site. */
  readonly area?: string;
  /** Where pkgsrc lives; absent: `pkg` in the area. */
  readonly prefix?: string;
  /** Group that shares the area; absent: the group that owns it. */
  readonly group?: string;
  readonly kit?: BinaryKit;
  readonly bootstrap?: SourceBootstrap;
  /** Where binary packages come from. */
  readonly repository?: PackageRepository;
  readonly build?: SourceBuild;
  /** As its sites file has it for all sites; absent: nothing is checked. */
  readonly vulnerabilities?: VulnerabilitySource;
  /** Patterns of the packages that ought to be there. */
  readonly packages: readonly string[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly tags: readonly string[];
  /** What must be good before anything is sent; the ssh key or agent is tried whenever there is a host. */
  readonly credentials: readonly CredentialCheck[];
  /** The job's limit of time, in minutes. */
  readonly wallMinutes: number;
  /** A writing job refuses to start with less free space in the area, in MiB. */
  readonly minimumFreeMiB: number;
  /** How long a writing job waits for the lock of another one, in seconds. */
  readonly lockWaitSeconds: number;
}

/** Where pkgsrc's list of known vulnerabilities comes from. */
export interface VulnerabilitySource {
  /** `submit`: fetched on this machine and sent with the jobs; `site`: each job fetches it. */
  readonly fetch: 'submit' | 'site';
  /** `http:`, `https:`, `ftp:` or `file:`; an absolute path is a file, at the site for `site`. */
  readonly url: string;
  readonly sha256?: string;
}

/** Where `ssh` goes. */
export interface SshHost {
  /** `HOST`, `USER@HOST` or a name of the ssh configuration; never begins with `-`. */
  readonly destination: string;
  /** Absolute path for `ssh -F`. */
  readonly config?: string;
}

/** Which Slurm of the submit host is meant. */
export interface SlurmPlace {
  /** Value of SLURM_CONF: an absolute path on the submit host. */
  readonly conf?: string;
  /** Value of `--clusters`. */
  readonly cluster?: string;
  readonly account?: string;
  /** Further options of `sbatch`, one word each, such as `--qos=long`. */
  readonly options: readonly string[];
}

/**
 * Argument lists of a batch system that has no back end of its own. An argument that *is* a placeholder
 * (`{script}`, `{id}`, `{name}`, `{output}`, `{error}`, `{directory}`, `{minutes}`, `{queue}`, `{ticket}`,
 * `{tickets}`) is replaced as a whole; nothing is replaced inside an argument.
 */
export interface CommandLists {
  /** Its last line of output with something in it is the ticket, or what `ticket` captures. */
  readonly submit: readonly string[];
  /** A regular expression whose first group is the ticket in what `submit` prints. */
  readonly ticket?: string;
  /** Prints one line for each job it knows, or, without `{tickets}`, is run for each ticket. */
  readonly poll: readonly string[];
  /** Words of `poll`'s lines -> what they mean; a line belongs to the ticket that is one of its words. */
  readonly states: Readonly<Record<string, 'waiting' | 'running' | 'ended' | 'failed'>>;
  readonly cancel?: readonly string[];
  /** Brings what the job wrote to the files `{output}` and `{error}` where the file system is not shared. */
  readonly fetch?: readonly string[];
  /** Prints the ticket of the job whose name is `{name}` or id is `{id}`, when there is one. */
  readonly find?: readonly string[];
}

/** An address and what its content must be. */
export interface Download {
  /** `http:`, `https:`, `ftp:` or `file:`; an absolute path is a file at the site. */
  readonly url: string;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A bootstrapped pkgsrc as a tar.gz whose members are `./<absolute prefix>/…`. */
export type BinaryKit = Download;

/** A pkgsrc source archive and the command that bootstraps it. */
export interface SourceBootstrap extends Download {
  /** Run in the unpacked archive; `{prefix}` and `{work}` (a scratch directory) are whole arguments. */
  readonly command: readonly string[];
}

/** Where the binary packages of a site are. */
export interface PackageRepository {
  /** Directory of the package files, as jobs reach it. */
  readonly url: string;
  /** The `pkg_summary` as the submitting side reaches it; absent: `pkg_summary.gz` (or `.bz2`, `.xz`, none) in `url`. */
  readonly summary?: string;
}

/** Packages are built at the site, from source. */
export interface SourceBuild {
  /** The pkgsrc tree at the site, absolute. */
  readonly tree: string;
  /** Fragment of `mk.conf` with the site's build options. */
  readonly mkConf: string;
}

/** When a site is not to be troubled. */
export type MaintenanceWindow =
  | { readonly kind: 'once'; readonly from: string; readonly to: string; readonly reason?: string }
  | {
      readonly kind: 'recurring';
      /** Cron expression of its beginnings. */
      readonly cron: string;
      readonly minutes: number;
      /** IANA time zone; absent: UTC. */
      readonly zone?: string;
      readonly reason?: string;
    };

/** A command whose success says that a credential is good, and the command that mends it. */
export interface CredentialCheck {
  readonly name: string;
  /** Run on this machine; whole arguments, no shell. */
  readonly check: readonly string[];
  /** What a person types to mend it. */
  readonly mend: string;
}
