# The spool: one directory per job id on the submit host. Given above: mark, spool, umask of the account is kept.
# In the directory of a job:
#   script, runner   what is to be run
#   claim.N          who submits, N counting the attempts that came to nothing
#   fate.N           settled once: `started …` by the runner, or `void …` by whoever gave attempt N up
#   submitted.N      what the batch system's command said when it took the job; refused.N when it did not
#   run, job, rc     facts of the runner and of the job's process, its exit code
#   stdout, stderr, cut, cancel, end

umask_before=$(umask)

serve() {
  printf '\n%s begin\n' "$mark"
  # The connection may be lost at any time; what was begun is brought to its end.
  (trap : HUP PIPE INT; "$@")
  printf '%s end %s\n' "$mark" "$?"
}

# TEXT -> $code: one word, every byte but plain ones as %XX; nothing is `%`
encode() {
  case $1 in
  '') code=% ;;
  *[!A-Za-z0-9._:/@+,\;=~\|\(\)-]*)
    code=$(printf '%s' "$1" | dd bs=4096 count=1 2>/dev/null | od -An -v -tx1 | tr -s ' \t\n' '%%%')
    code=${code%\%}
    ;;
  *) code=$1 ;;
  esac
}

# WORD TEXT... -> one line, the texts encoded
say() {
  line=$1
  shift
  for text; do
    encode "$text"
    line="$line $code"
  done
  printf '%s\n' "$line"
}

# PREFIX: each line of standard input as `PREFIX CODE`, by one process however many lines there are
say_lines() {
  awk -v prefix="$1" '
    BEGIN { for (i = 1; i < 256; i++) hex[sprintf("%c", i)] = sprintf("%%%02x", i) }
    {
      out = ""
      for (i = 1; i <= length($0) && i <= 4096; i++) {
        c = substr($0, i, 1)
        out = out (c ~ /[A-Za-z0-9._:\/@+,;=~|()-]/ ? c : hex[c])
      }
      print prefix " " (out == "" ? "%" : out)
    }'
}

# FILE -> $text: its first 4000 bytes
text_of() {
  text=$(dd bs=4000 count=1 2>/dev/null <"$1")
}

# SECONDS COMMAND...: its output into $scratch.out and $scratch.err; 124 or 137 when it took too long
limited() {
  allowed=$1
  shift
  if can_limit; then
    timeout -k 5 "$allowed" "$@" >"$scratch.out" 2>"$scratch.err" </dev/null &
    child=$!
    watcher=
  else
    "$@" >"$scratch.out" 2>"$scratch.err" </dev/null &
    child=$!
    watch "$child" "$allowed" >/dev/null 2>&1 &
    watcher=$!
  fi
  [ -z "$busy" ] || facts_of "$child" | put "$busy"
  : step sending
  interrupted=0
  wait "$child"
  status=$?
  while [ "$interrupted" -lt 100 ] && start_of "$child"; do
    interrupted=$((interrupted + 1))
    wait "$child"
    status=$?
  done
  [ -z "$watcher" ] || kill "$watcher" 2>/dev/null
  return "$status"
}

# Old busyboxes have a `timeout` that wants its words otherwise.
can_limit() {
  case ${limits:=} in '') if has timeout && timeout -k 5 5 true 2>/dev/null; then limits=yes; else limits=no; fi ;; esac
  [ "$limits" = yes ]
}

# PID SECONDS: what `timeout` does, where there is none
watch() {
  clock
  watch_end=$((now + $2))
  while start_of "$1"; do
    clock
    if [ "$now" -ge "$watch_end" ]; then
      kill -TERM "$1"
      sleep 2
      kill -KILL "$1"
      return
    fi
    sleep 1
  done
}

# -> the words of the command that failed: $text
complaint() {
  text_of "$scratch.err"
  [ -n "$text" ] || text_of "$scratch.out"
  case $status in
  124 | 137) text="It did not answer within $allowed s. $text" ;;
  127) text="The command was not found on $host. $text" ;;
  esac
  [ -n "$text" ] || text="It ended with $status and said nothing."
}

# Makes the spool, or says in $text why it cannot be had.
open_spool() {
  umask 077
  busy=
  if [ -z "$spool" ]; then
    [ -n "${XDG_STATE_HOME:-}${HOME:-}" ] || { text="No HOME is set on $host: give the site a spool." && return 1; }
    spool=${XDG_STATE_HOME:-$HOME/.local/state}/packwright/spool
  fi
  if ! mkdir -p "$spool" 2>/dev/null || ! cd "$spool" 2>/dev/null; then
    text="The spool $spool on $host cannot be made or entered."
    return 1
  fi
  if [ -z "$(find . -prune -user "$(id -u)" ! -perm -0002 ! -perm -0020 -print 2>/dev/null)" ]; then
    text="The spool $spool on $host is not yours alone: it must be owned by the account, and chmod go-w."
    return 1
  fi
  spool=$(pwd)
  scratch=$spool/.scratch.$$
  trap 'rm -f "$scratch".*' EXIT
  if ! printf 'room\n' >"$scratch.room" 2>/dev/null; then
    text="Nothing can be written to the spool $spool on $host; is its file system full or read-only?"
    return 1
  fi
}

# ID -> $dir; false when it is no directory of ours
enter_job() {
  id=$1
  case $id in '' | *[!0-9a-f]*) return 1 ;; esac
  dir=$spool/$id
  [ -d "$dir" ] && [ ! -h "$dir" ]
}

# -> $claims: number of the last attempt to submit the job of $dir
count_claims() {
  claims=0
  while [ -f "$dir/claim.$((claims + 1))" ]; do claims=$((claims + 1)); done
}
