import records from './parts/10-records.sh';
import processes from './parts/12-processes.sh';
import files from './parts/14-files.sh';
import request from './parts/20-request.sh';
import area from './parts/30-area.sh';
import lock from './parts/40-lock.sh';
import owner from './parts/42-owner.sh';
import journal from './parts/45-journal.sh';
import pkgsrc from './parts/50-pkgsrc.sh';
import inspect from './parts/55-inspect.sh';
import dependencies from './parts/57-dependencies.sh';
import repair from './parts/60-repair.sh';
import packages from './parts/62-packages.sh';
import binary from './parts/65-binary.sh';
import vulnerabilities from './parts/70-vulnerabilities.sh';
import requests from './parts/80-requests.sh';
import remove from './parts/82-remove.sh';
import upgrade from './parts/84-upgrade.sh';
import source from './parts/90-source.sh';
import main from './parts/99-main.sh';

/**
 * The text of `pkgsrc-cmd.sh`, the script that runs at a site: functions only, the last of which,
 * `packwright_job`, the sender's own last lines call with the request (`docs/site-job.md`).
 */
export const jobScript: string = [
  '#!/bin/sh\n# pkgsrc-cmd.sh: what packwright does at a site. See docs/site-job.md of packwright.\n',
  records,
  processes,
  files,
  request,
  area,
  lock,
  owner,
  journal,
  pkgsrc,
  inspect,
  dependencies,
  repair,
  packages,
  binary,
  vulnerabilities,
  requests,
  remove,
  upgrade,
  source,
  main,
].join('\n');
