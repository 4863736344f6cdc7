# No batch system: the runner is started here, detached, and is found again by its facts.

batch_alone() { return 1; }

# 0: taken, the ticket is in $scratch.out; 1: refused, $text says why; 2: nobody knows
batch_submit() {
  : step sending
  start_runner
  : step started
  tries_left=100
  while [ ! -f "$dir/run" ] && [ ! -f "$dir/end" ] && [ "$tries_left" -gt 0 ]; do
    tries_left=$((tries_left - 1))
    pause 0.1
  done
  { read -r _ ticket _ <"$dir/run"; } 2>/dev/null || { text="The runner was started on $host and gave no sign." && return 2; }
  printf '%s\n' "$ticket" >"$scratch.out"
}

start_runner() {
  (
    umask "$umask_before"
    cd "$dir" || exit 1
    exec </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
    if has setsid; then
      setsid sh ./runner &
    else
      # A process group of its own, where the shell can.
      ! (set -m) 2>/dev/null || set -m
      nohup sh ./runner &
    fi
  )
}

# 0: found, 1: there is none, 2: nobody knows, 3: nobody can be asked
batch_find() { return 1; }

batch_poll() { return 0; }

batch_fetch() { return 0; }

# The runner sees `cancel` by itself; a signal makes it look at once. If it is gone, its job is ended from here.
batch_cancel() {
  [ -n "$dir" ] || return 0
  if [ -f "$dir/run" ] && judge "$dir/run" && [ "$life" = alive ]; then
    kill -TERM "$f_pid" 2>/dev/null
    return 0
  fi
  if [ -f "$dir/job" ] && judge "$dir/job" && [ "$life" = alive ]; then
    end_tree "$f_pid" 10
    clock
    [ -f "$dir/end" ] || printf 'cancelled - %s\n' "$now" | put "$dir/end"
  fi
  return 0
}
