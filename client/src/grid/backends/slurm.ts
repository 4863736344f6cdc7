import type { JobBackend, Site, Ticket } from '../model.ts';
import { quoted } from './quoted.ts';
import { slurmSightings } from './slurm-states.ts';
import slurm from './spool/slurm.sh';
import {
  cancelCommand,
  type Dialect,
  fetchCommand,
  findCommand,
  placeOf,
  pollCommand,
  purgeCommand,
  submitCommand,
} from './spool.ts';
import { outputIn, spoolLines, submissionIn } from './spool-answer.ts';

/** Slurm, from version 20 on, with or without accounting. */
export const slurmBackend: JobBackend = {
  name: 'slurm',
  doc: 'Submits jobs with sbatch and asks squeue, scontrol and sacct after them.',
  systemOf: site => JSON.stringify(['slurm', ...placeOf(site), site.slurm?.conf, site.slurm?.cluster]),
  submit: (job, site, mark) => submitCommand(dialectOf(site), job, site, mark),
  find: (job, site, mark) => findCommand(dialectOf(site), job, site, mark),
  submissionIn: answer => submissionIn(answer, slurmTicketIn),
  poll: (jobs, site, mark) => pollCommand(dialectOf(site), jobs, site, mark),
  sightingsIn: answer => slurmSightings(spoolLines(answer)),
  fetch: (job, site, mark) => fetchCommand(dialectOf(site), job, site, mark),
  outputIn,
  cancel: (job, site, mark) => cancelCommand(dialectOf(site), job, site, mark),
  purge: (jobs, site, mark) => purgeCommand(dialectOf(site), jobs, site, mark),
};

/** What `sbatch --parsable` printed: a number, and the cluster where one was named; other lines are a site's banner. */
export function slurmTicketIn(stdout: string): Ticket | undefined {
  return stdout
    .split('\n')
    .map(line => line.trim())
    .findLast(line => /^\d+(;[\w.-]+)?$/.test(line));
}

/** One command has 30 seconds (sbatch 60) and is killed 5 later: a poll runs squeue, scontrol and sacct. */
const PATIENCE = { submit: 65, ask: 105 };

function dialectOf(site: Site): Dialect {
  const place = site.slurm;
  const cluster = place?.cluster === undefined ? [] : [`--clusters=${place.cluster}`];
  const options = [
    ...cluster,
    ...(site.queue === undefined ? [] : [`--partition=${site.queue}`]),
    ...(place?.account === undefined ? [] : [`--account=${place.account}`]),
    ...(place?.options ?? []),
  ];
  const given = [
    `slurm_conf=${quoted(place?.conf ?? '')}`,
    `sbatch_here() { limited 60 sbatch "$@" ${words(options)} "$dir/runner"; }`,
    `slurm_at() { slurm_command=$1; shift; limited 30 "$slurm_command" ${words(cluster)} "$@"; }`,
  ].join('\n');
  return { shell: slurm, given, patience: PATIENCE };
}

const words = (list: readonly string[]): string => list.map(quoted).join(' ');
