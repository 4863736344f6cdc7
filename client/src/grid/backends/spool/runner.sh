# The runner: what a batch system starts. Runs ./script once and leaves `end`, the first truth about the job.
# Given above: dir, generation, seconds (of wall time), grace, limit (bytes of output).

runner() {
  mask=$(umask)
  umask 077
  told=''
  trap 'told=yes' TERM INT HUP USR1 USR2
  work=$dir
  if [ -d "$dir" ] && cd "$dir"; then
    begin_in_spool
  else
    begin_alone
  fi
  work_through
}

# The first start wins, and none starts what was given up: whoever settles `fate` first.
begin_in_spool() {
  alone=
  settle "fate.$generation" "started $(facts_of $$)" || exit 0
  { facts_of $$ | tr -d '\n' && printf ' %s\n' "$(batch_name)"; } | put run || exit 74
  printf '%4096s' '' >reserve 2>/dev/null
  [ ! -e cancel ] || { ended cancelled - && exit 0; }
}

# Where the spool is not shared, a runner that carries its script works in a directory of its own.
begin_alone() {
  has job_script || { printf 'The spool %s is not visible on %s.\n' "$dir" "$host" >&2 && exit 79; }
  alone=yes
  work=${TMPDIR:-/tmp}/packwright-${dir##*/}.$$
  mkdir "$work" && cd "$work" || exit 74
  job_script >script
}

# What the batch system calls this job, as far as it says so.
batch_name() {
  name=${SLURM_JOB_ID:-${PBS_JOBID:-${JOB_ID:-${LSB_JOBID:-${OAR_JOB_ID:-}}}}}
  case $name in '' | *[!A-Za-z0-9._:@\[\]-]*) name=$$ ;; esac
  printf '%s' "$name"
}

work_through() {
  clock
  begun=$now
  (
    outlive
    (
      outlive
      supervise 2>&3 | collect stdout
    ) 3>&1 >/dev/null | collect stderr
  ) &
  pipeline=$!
  why=exited
  while [ ! -f rc ] && start_of "$pipeline"; do
    reason_to_stop && break
    pause "$nap"
  done
  [ "$why" = exited ] || stop_job "$grace"
  finish
}

# -> $why, and $nap: how long until the next look
reason_to_stop() {
  clock
  age=$((now - begun))
  if [ "$age" -lt 5 ]; then nap=0.1; elif [ "$age" -lt 600 ]; then nap=1; else nap=3; fi
  if [ -e cancel ]; then
    why=cancelled
  elif [ "$age" -ge "$seconds" ]; then
    why=timeout
  elif [ -n "$told" ]; then
    why=killed
  else
    return 1
  fi
}

# A batch system sends its signals to everyone: whoever keeps the books must not die of them.
outlive() {
  trap 'hit=yes' TERM INT HUP USR1 USR2
}

# Runs the script and tells its exit code.
supervise() {
  outlive
  session=
  if has setsid; then
    session=setsid
  elif (set -m) 2>/dev/null; then
    set -m
  fi
  (
    umask "$mask"
    exec $session sh ./script
  ) </dev/null 3>&- &
  job=$!
  facts_of "$job" | put job
  hit=yes
  while [ -n "$hit" ]; do
    hit=
    wait "$job"
    code=$?
  done
  rm -f reserve
  printf '%s\n' "$code" | put rc
}

# FILE: takes standard input up to the limit, and of what is beyond only the last 64 KiB
collect() {
  trap '' TERM INT HUP USR1 USR2
  : >"$1"
  kept=0
  while [ "$kept" -lt "$limit" ]; do
    # A block is what one read gives: a pipe with little in it must not wait for more.
    blocks=$(((limit - kept) / 65536 + 1))
    [ "$blocks" -le 16 ] || blocks=16
    dd bs=65536 count="$blocks" 2>/dev/null >>"$1" || break
    size=$(($(wc -c <"$1")))
    [ "$size" -gt "$kept" ] || return 0
    kept=$size
  done
  : >cut
  {
    printf '\n'
    tail -c 65536
  } >>"$1" 2>/dev/null
  cat >/dev/null
}

# GRACE: ends what is left of the job
stop_job() {
  [ -f job ] || pause 0.5
  { read -r _ job_pid _ <job; } 2>/dev/null || return 0
  end_tree "$job_pid" "$1"
}

finish() {
  stop_job 2
  rounds=0
  while start_of "$pipeline" && [ "$rounds" -lt 25 ]; do
    rounds=$((rounds + 1))
    pause 0.2
  done
  tree=
  gather "$pipeline"
  signal_tree KILL
  code=-
  { read -r code <rc; } 2>/dev/null
  why_it_ended
  ended "$why" "$code"
  [ -z "$alone" ] || bring_out
  [ "$code" != - ] || code=143
  exit "$code"
}

# -> $why: a job that fails at the signal, or at the wish, that was to end it may be gone before its runner has looked.
why_it_ended() {
  [ "$why" = exited ] || return 0
  case $code in
  -) why=killed ;;
  0) ;;
  *) if [ -e cancel ]; then why=cancelled; elif [ -n "$told" ]; then why=killed; fi ;;
  esac
}

# HOW CODE
ended() {
  rm -f reserve
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    clock
    printf '%s %s %s\n' "$1" "$2" "$now" | put end && return 0
    pause 3
  done
}

bring_out() {
  cat stdout
  cat stderr >&2
  cd / && rm -rf "$work"
}
