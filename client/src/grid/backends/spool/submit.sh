# Submission, and looking for one. Whoever is killed at any `: step` leaves a claim that the next one judges.

# ID NAME SECONDS MINUTES
submit() {
  if ! open_spool; then
    say rejected "$text"
    return 0
  fi
  enter_job "$1" || mkdir "$dir" 2>/dev/null
  enter_job "$1" || { say rejected "The directory $dir on $host cannot be made." && return 0; }
  job_name=$2 wall_seconds=$3 wall_minutes=$4
  : step entered
  tries=0
  while look_again; do
    if claim; then
      send
      return 0
    fi
    [ -f "$dir/claim.$generation" ] || {
      say rejected "Nothing can be written to $dir on $host: its file system is full, or knows no hard links."
      return 0
    }
  done
  answer
}

# True when the job may be claimed. While another one submits, waits for it.
look_again() {
  look
  [ "$seen" != absent ] || return 0
  while [ "$seen" = pending ] && [ "$tries" -lt 20 ]; do
    tries=$((tries + 1))
    sleep 1
    look
  done
  [ "$seen" = absent ]
}

claim() {
  generation=$((claims + 1))
  claims=$generation
  : step claiming
  settle "$dir/claim.$generation" "$(facts_of $$)"
}

send() {
  : step claimed
  if ! write_job; then
    say rejected "The job cannot be written to $dir on $host; is its file system full?"
    give_up
    return 0
  fi
  : step written
  busy=$dir/sending.$generation
  batch_submit
  case $? in
  0)
    : step sent
    put "$dir/submitted.$generation" <"$scratch.out"
    : step recorded
    text_of "$scratch.out"
    say submitted "$text"
    ;;
  1)
    printf '%s\n' "$text" | put "$dir/refused.$generation"
    give_up
    [ "$seen" = absent ] && seen=rejected
    answer
    ;;
  *) say unsure "$text" ;;
  esac
}

write_job() {
  job_script | put "$dir/script" && {
    printf "#!/bin/sh\ndir='%s'\n" "$(printf '%s\n' "$dir" | sed "s/'/'\\\\''/g")"
    printf 'generation=%s\nseconds=%s\ngrace=%s\nlimit=8388608\n' "$generation" "$wall_seconds" 10
    runner_text
    ! batch_alone || {
      printf "job_script() {\ncat <<'%s'\n" "$mark-alone"
      job_script
      printf '%s\n}\n' "$mark-alone"
    }
    printf 'runner\n'
  } | put "$dir/runner" && chmod 700 "$dir/runner"
}

# ID NAME
find_job() {
  if ! open_spool; then
    say unsure "$text"
    return 0
  fi
  job_name=$2
  if enter_job "$1"; then look; else seen=absent; fi
  answer
}

answer() {
  case $seen in
  absent) printf 'absent\n' ;;
  submitted)
    text_of "$dir/submitted.$claims"
    say submitted "$text"
    ;;
  ran) say ran "$ticket" ;;
  rejected) say rejected "$text" ;;
  pending) say unsure "It is being submitted by process $f_pid on $f_host." ;;
  *) say unsure "$text" ;;
  esac
}

# -> $seen: absent, submitted, ran ($ticket), rejected ($text), pending, unsure ($text)
look() {
  seen=absent
  count_claims
  [ "$claims" -gt 0 ] || return 0
  if [ -f "$dir/submitted.$claims" ]; then
    seen=submitted
  elif [ -f "$dir/refused.$claims" ]; then
    text_of "$dir/refused.$claims"
    seen=rejected
  elif [ -f "$dir/run" ]; then
    seen_running
  elif fate && [ "$fate" = void ]; then
    return 0
  elif [ -n "$fate" ]; then
    # A runner is, or died, between its first two steps; nobody else can start this attempt.
    pause_for_run
    if [ -f "$dir/run" ]; then
      seen_running
    else
      seen=pending
      judge_line "$fate_facts"
      [ "$life" != dead ] || seen=absent
    fi
  else
    look_behind
  fi
}

# -> $fate of the last attempt: started, void, or nothing
fate() {
  fate='' fate_facts=''
  { read -r fate fate_facts <"$dir/fate.$claims"; } 2>/dev/null
}

seen_running() {
  { read -r _ _ _ _ _ ticket _ <"$dir/run"; } 2>/dev/null
  seen=ran
}

# An attempt without a result: whose process lives is pending; what nobody knows of is given up for good.
look_behind() {
  seen=pending
  for facts in "claim.$claims" "sending.$claims"; do
    [ -f "$dir/$facts" ] || continue
    judge "$dir/$facts"
    [ "$life" != alive ] || return 0
    clock
    [ "$life" != unknown ] || [ $((now - f_time)) -gt 900 ] || return 0
  done
  batch_find
  case $? in
  0)
    put "$dir/submitted.$claims" <"$scratch.out"
    seen=submitted
    ;;
  1) give_up ;;
  3) give_up_blind ;;
  *) seen=unsure ;;
  esac
}

# Nothing of this attempt will ever run: a runner that comes late finds its fate settled.
give_up() {
  clock
  settle "$dir/fate.$claims" "void $host.$$.$now"
  case $settled in
  void*) seen=absent ;;
  *)
    pause_for_run
    if [ -f "$dir/run" ]; then seen_running; else seen=pending; fi
    ;;
  esac
}

# The batch system cannot be asked: a job may be there, and must not be sent again.
give_up_blind() {
  give_up
  [ "$seen" = absent ] || return 0
  text="It is not known whether job $id was submitted; look with the batch system's own commands. It is not sent again."
  printf '%s\n' "$text" | put "$dir/refused.$claims"
  seen=rejected
}

pause_for_run() {
  tries_left=20
  while [ ! -f "$dir/run" ] && [ "$tries_left" -gt 0 ]; do
    tries_left=$((tries_left - 1))
    pause 0.2
  done
}
