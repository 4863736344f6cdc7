# What the spool knows of jobs: poll, fetch, cancel, purge. Given above: job_list, lines of ID TICKET (or `-`).

poll() {
  open_spool || { say fail "$text" && return 3; }
  job_list >"$scratch.jobs"
  tell_jobs <"$scratch.jobs"
  [ ! -s "$scratch.open" ] || batch_poll
}

# Lines of ID TICKET -> a line about each; those that have not ended, or were ended from outside, into $scratch.open
tell_jobs() {
  : >"$scratch.open"
  clock
  while read -r told_id told_ticket; do
    tell_job "$told_id" "$told_ticket" || printf '%s %s\n' "$told_id" "$told_ticket" >>"$scratch.open"
  done
}

# FILE: about these once more, since what the batch system said is younger than what was told of them.
# Writing into a directory makes a network file system look again at what is in it.
tell_again() {
  while read -r told_id _; do
    ! enter_job "$told_id" || { : >"$dir/.look.$$" && printf '%s\n' "$told_id/.look.$$"; } 2>/dev/null
  done <"$1" >"$scratch.looks"
  # One program for all of them: their names are hexadecimal, and the spool is the working directory.
  [ ! -s "$scratch.looks" ] || xargs rm -f <"$scratch.looks" 2>/dev/null
  tell_jobs <"$1"
}

# ID TICKET -> `job ID TICKET KEY=VALUE…`; true when its own word is final. Who lives is looked at before what is written:
# a runner writes `end` before it goes. Starts no process, since there may be many jobs.
tell_job() {
  encode "$2"
  line="job $1 $code"
  if ! enter_job "$1"; then
    printf '%s dir=none\n' "$line"
    return 1
  fi
  tell_lives
  count_claims
  if [ "$claims" -gt 0 ]; then
    judge "$dir/claim.$claims"
    line="$line submitter=$life age=$((now - f_time))"
    ! fate || line="$line fate=$fate"
  fi
  [ ! -e "$dir/cancel" ] || line="$line cancel=yes"
  [ ! -s "$dir/batch.out" ] || line="$line brought=yes"
  how=
  if { read -r how code _ <"$dir/end"; } 2>/dev/null; then
    line="$line end=$how,$code"
  elif { read -r code <"$dir/rc"; } 2>/dev/null; then
    line="$line rc=$code"
  fi
  printf '%s\n' "$line"
  [ -n "$how" ] && [ "$how" != killed ]
}

# The runner and the job's own process: both can outlive the other.
tell_lives() {
  for part in run job; do
    [ -f "$dir/$part" ] || continue
    judge "$dir/$part"
    encode "$f_host"
    line="$line $part=$life,$code,$((now - f_time))"
  done
}

# ID TICKET
fetch() {
  open_spool || { say fail "$text" && return 3; }
  enter_job "$1" || { say fail "There is no directory of job $1 in $spool on $host." && return 3; }
  ticket=$2
  batch_fetch || { say fail "$text" && return 3; }
  clock
  tell_job "$1" "$2"
  printf 'parts %s\n' "$mark"
  [ ! -e "$dir/cut" ] || printf 'part %s cut\n' "$mark"
  part stdout stdout 2100
  part stdout batch.out 2100
  part stderr stderr 256
  part stderr batch.err 256
  printf 'part %s over\n' "$mark"
}

# KIND FILE BLOCKS: the file as it is; the mark is not known to whoever wrote it. The first file of a kind counts.
part() {
  [ -f "$dir/$2" ] && [ ! -h "$dir/$2" ] || return 0
  size=$(($(wc -c <"$dir/$2")))
  [ "$size" -gt 0 ] || return 0
  printf 'part %s %s\n' "$mark" "$1"
  dd bs=4096 count="$3" 2>/dev/null <"$dir/$2"
  printf '\n'
  [ "$size" -le $(($3 * 4096)) ] || printf 'part %s cut\n' "$mark"
}

# ID TICKET: what has not started will not; what runs is asked to end.
cancel() {
  open_spool || { say fail "$text" && return 3; }
  ticket=$2
  dir=
  if enter_job "$1"; then
    : >"$dir/cancel" || { say fail "Nothing can be written to $dir on $host." && return 3; }
    [ ! -f "$dir/end" ] || { printf 'asked\n' && return 0; }
  fi
  if batch_cancel; then printf 'asked\n'; else say fail "$text" && return 3; fi
}

purge() {
  open_spool || { say fail "$text" && return 3; }
  rm -rf "$spool"/.gone.*
  find . ! -name . -prune -name '.scratch.*' -mtime +1 -exec rm -f {} +
  job_list >"$scratch.jobs"
  while read -r purged_id _; do purge_job "$purged_id"; done <"$scratch.jobs"
}

# ID: only what certainly does not run and will not, and only by its place in the spool
purge_job() {
  enter_job "$1" || return 0
  if over; then
    mv "$dir" "$spool/.gone.$1.$$" && rm -rf "$spool/.gone.$1.$$" && printf 'purged %s\n' "$1"
  else
    printf 'kept %s\n' "$1"
  fi
}

over() {
  if [ -f "$dir/run" ] || [ -f "$dir/job" ]; then
    [ -f "$dir/end" ] && return 0
    for part in run job; do
      [ ! -f "$dir/$part" ] || { judge "$dir/$part" && [ "$life" = dead ]; } || return 1
    done
    return 0
  fi
  count_claims
  [ "$claims" -eq 0 ] || [ -f "$dir/refused.$claims" ] || { fate && [ "$fate" = void ]; }
}
