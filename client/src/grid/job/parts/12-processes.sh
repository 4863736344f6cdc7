# Running tools: bounded in time and output, stoppable, and leaving nothing behind.

# run SECONDS COMMAND...: output in $S/out and $S/err, exit code in STATUS.
# In the background and waited for, because a shell answers a signal only between foreground commands.
run() {
  run_limit=$1
  shift
  "$@" </dev/null >"$S/out" 2>"$S/err" &
  attend $!
}

# attend PID: waits for a child within run_limit seconds; the keeper stops it after that.
attend() {
  CHILD=$1
  printf '%s %s\n' "$CHILD" "$run_limit" >"$S/attended"
  wait "$CHILD"
  STATUS=$?
  CHILD=
  : >"$S/attended"
}

# last_words: the last line with something in it that the tool of the last run printed, or its exit code.
last_words() {
  WORDS=$(tail -n 20 "$S/err" 2>/dev/null | tr -d '\000' | awk 'NF { last = $0 } END { print substr(last, 1, 500) }')
  [ -n "$WORDS" ] || WORDS=$(tail -n 20 "$S/out" 2>/dev/null | tr -d '\000' | awk 'NF { last = $0 } END { print substr(last, 1, 500) }')
  [ -n "$WORDS" ] || WORDS="exit code $STATUS"
}

# all_words: the first lines of what the tool of the last run said was wrong, as one line.
all_words() {
  last_words
  said_words=$(tr -d '\000' <"$S/err" | tr '\t' ' ' | awk '
    / package additions? failed$/ { next }
    NF { n++; if (n <= 4) { sub(/^ +/, ""); text = text (n > 1 ? " " : "") $0 } }
    END { print substr(text, 1, 800) }')
  [ -z "$said_words" ] || WORDS=$said_words
}

# started PID: sets STARTED to the start time of a process, `zombie`, or nothing when it was not seen.
started() {
  STARTED=
  started_line=
  if [ -r /proc/self/stat ]; then
    { read -r started_line <"/proc/$1/stat"; } 2>/dev/null || return 0
    started_line=${started_line##*") "}
    set -f
    # shellcheck disable=SC2086
    set -- $started_line
    set +f
    case ${1:-} in
      Z | X) STARTED=zombie ;;
      ?) [ $# -ge 20 ] && STARTED=ticks:${20} ;;
    esac
    return 0
  fi
  case $(ps -o state= -p "$1" 2>/dev/null || ps -o s= -p "$1" 2>/dev/null) in
    Z*) STARTED=zombie; return 0 ;;
  esac
  started_line=$(ps -o lstart= -p "$1" 2>/dev/null || ps -o stime= -p "$1" 2>/dev/null) || return 0
  set -f
  # shellcheck disable=SC2086
  set -- $started_line
  set +f
  [ $# -eq 0 ] || STARTED="ps:$*"
}

# life PID START: sets LIFE to alive, gone or unknown. A number that another process has now is gone.
life() {
  LIFE=unknown
  case $1 in '' | *[!0-9]*) return 0 ;; esac
  started "$1"
  if [ "$STARTED" = zombie ]; then
    LIFE=gone
  elif [ -n "$STARTED" ] && [ -n "$2" ] && [ "${STARTED%%:*}" = "${2%%:*}" ]; then
    if [ "$STARTED" = "$2" ]; then LIFE=alive; else LIFE=gone; fi
  elif life_words=$(LC_ALL=C kill -0 "$1" 2>&1); then
    LIFE=alive
  else
    # A process of another account may be hidden from /proc and ps; the kernel still says whether it exists.
    case $life_words in
      *[Nn]o\ such\ process*) LIFE=gone ;;
      *ermi*) LIFE=alive ;;
    esac
  fi
}

# Lines of PID PPID of every process that can be seen.
process_table() {
  ps -A -o pid= -o ppid= 2>/dev/null && return 0
  awk '{ sub(/^[0-9]+ \(.*\) /, FILENAME " "); split(FILENAME, p, "/"); split($0, f, " "); print p[3], f[3] }' /proc/[0-9]*/stat 2>/dev/null
}

# descend PID: sets FAMILY to the process and all its descendants.
descend() {
  FAMILY=$(process_table | awk -v root="$1" '
    { parent[$1] = $2 }
    END {
      family[root] = 1
      do {
        more = 0
        for (pid in parent) if (!(pid in family) && (parent[pid] in family)) { family[pid] = 1; more = 1 }
      } while (more)
      for (pid in family) printf "%s ", pid
    }')
}

# stop_family PID: TERM to a process and all that came of it, KILL to those that are left after five seconds.
stop_family() {
  descend "$1"
  stop_all=$FAMILY
  # shellcheck disable=SC2086
  kill -TERM $stop_all 2>/dev/null
  stop_round=0
  while [ $stop_round -lt 5 ]; do
    stop_left=
    for stop_pid in $stop_all; do
      started "$stop_pid"
      case $STARTED in '' | zombie) ;; *) stop_left="$stop_left $stop_pid" ;; esac
    done
    [ -n "$stop_left" ] || return 0
    sleep 1
    stop_round=$((stop_round + 1))
  done
  # shellcheck disable=SC2086
  kill -KILL $stop_left 2>/dev/null
  return 0
}

# The keeper: the job's only background process. It refreshes the lock's heartbeat, stops a tool that takes too
# long or prints without end, and is gone within one round after the job, however the job ended.
keep() {
  keep_round=0 keep_before='' keep_spent=0 keep_sleep=''
  trap 'kill "$keep_sleep" 2>/dev/null; exit 0' TERM
  trap '' INT HUP XCPU
  while [ ! -e "$S/over" ]; do
    sleep 5 &
    keep_sleep=$!
    wait "$keep_sleep"
    life "$MAIN" "$MAIN_START"
    if [ "$LIFE" != alive ]; then
      # The job was killed: what it left in the scratch directory serves nobody, unless a tool still works there.
      read -r keep_child keep_limit <"$S/attended" 2>/dev/null && kill -0 "$keep_child" 2>/dev/null || rm -rf "$S"
      exit 0
    fi
    keep_round=$(((keep_round + 1) % 5))
    [ $keep_round = 0 ] && beat
    keep_child='' keep_limit=0
    read -r keep_child keep_limit <"$S/attended" 2>/dev/null
    if [ -n "$keep_child" ] && [ "$keep_child" = "$keep_before" ]; then keep_spent=$((keep_spent + 5)); else keep_spent=0; fi
    keep_before=$keep_child
    [ -n "$keep_child" ] || continue
    if [ $keep_spent -ge "${keep_limit:-0}" ] || [ -n "$(find "$S/out" "$S/err" -size +131072 2>/dev/null)" ]; then
      : >"$S/overdue"
      stop_family "$keep_child"
    fi
  done
}

start_keeper() {
  (keep) </dev/null >/dev/null 2>&1 &
  KEEPER=$!
}
