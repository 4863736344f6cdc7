# Who runs: processes told apart for good by host, process id, start time and boot.
# Used by the wrapper on the submit host and by the runner where the job runs. POSIX sh and utilities only.
LC_ALL=C
export LC_ALL
proc=/proc
[ "$(uname -s)" != SunOS ] || PATH=/usr/xpg4/bin:$PATH
PATH=$PATH:/usr/bin:/bin:/usr/sbin:/sbin
host=$(uname -n | tr -cs 'A-Za-z0-9.\n-' '_')

has() { command -v "$1" >/dev/null 2>&1; }

# -> $now, seconds since 1970
clock() {
  now=$(date +%s)
  case $now in '' | *[!0-9]*) now=$(awk 'BEGIN { srand(); print srand() }') ;; esac
}

# -> $boot. Where /proc counts from the boot, it is needed beside the start time; elsewhere it says why a process is gone.
boot_of() {
  [ -z "${boot:=}" ] || return 0
  if [ -r "$proc/sys/kernel/random/boot_id" ]; then
    read -r boot <"$proc/sys/kernel/random/boot_id"
  else
    boot=$(sysctl -n kern.bootsessionuuid 2>/dev/null || sysctl -n kern.boottime 2>/dev/null || who -b 2>/dev/null)
    boot=$(printf '%s\n' "$boot" | tr -cs 'A-Za-z0-9\n' '_')
  fi
  [ -n "$boot" ] || boot=-
}

# PID -> $start, one word; false when there is no such process. A zombie is dead: process 1 of a container may never reap it.
start_of() {
  start=
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  if [ -r "$proc/self/stat" ]; then
    { read -r stat <"$proc/$1/stat"; } 2>/dev/null || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    case $1 in '' | Z* | X*) return 1 ;; esac
    shift 19
    start=$1
  elif has ps; then
    stat=$(ps -o stat= -p "$1" 2>/dev/null || ps -o s= -p "$1" 2>/dev/null) || return 1
    case $stat in '' | *Z*) return 1 ;; esac
    start=$(TZ=UTC0 ps -o lstart= -p "$1" 2>/dev/null || TZ=UTC0 ps -o stime= -p "$1" 2>/dev/null)
    start=$(printf '%s\n' "$start" | tr -s ' \t' '__')
    [ -n "$start" ]
  else
    kill -0 "$1" 2>/dev/null || return 1
    start=-
  fi
}

# PID -> prints "HOST PID START BOOT TIME"
facts_of() {
  boot_of
  clock
  start_of "$1" || start=gone
  printf '%s %s %s %s %s\n' "$host" "$1" "$start" "$boot" "$now"
}

# FILE of facts -> $life: alive, dead, or unknown when it was on another host; its facts in $f_…
judge() {
  { read -r facts_line <"$1"; } 2>/dev/null || facts_line=
  judge_line "$facts_line"
}

judge_line() {
  life=unknown
  # shellcheck disable=SC2086
  set -- $1
  f_host=${1:-} f_pid=${2:-} f_start=${3:-} f_boot=${4:-} f_time=${5:-0} f_more=${6:-}
  case $f_time in '' | *[!0-9]*) f_time=0 ;; esac
  [ "$f_host" = "$host" ] || return 0
  life=dead
  boot_of
  start_of "$f_pid" || return 0
  [ "$start" = "$f_start" ] || return 0
  [ "$f_boot" = "$boot" ] || [ ! -r "$proc/self/stat" ] || return 0
  life=alive
}

# FILE: takes what is on standard input as its content, at once or not at all
put() {
  cat >"$1.tmp.$$" && mv -f "$1.tmp.$$" "$1" && return 0
  rm -f "$1.tmp.$$"
  return 1
}

# NAME WORDS: writes the words into the file NAME unless it exists; true when it holds these words afterwards.
# A hard link is atomic on NFS too; the comparison sees through an answer that was lost.
settle() {
  printf '%s\n' "$2" >"$1.try.$$" || return 1
  ln "$1.try.$$" "$1" 2>/dev/null
  rm -f "$1.try.$$"
  settled=
  { read -r settled <"$1"; } 2>/dev/null
  [ "$settled" = "$2" ]
}

# -> lines of PID PARENT GROUP SESSION of all processes
processes() {
  if [ -r "$proc/self/stat" ]; then
    cat "$proc"/[0-9]*/stat 2>/dev/null | awk '{ pid = $1; sub(/^.*\) /, ""); print pid, $2, $3, $4 }'
  else
    ps -A -o pid= -o ppid= -o pgid= 2>/dev/null | awk '{ print $1, $2, $3, 0 }'
  fi
}

# PID: adds to $tree, words of PID:START, what descends from it or is of its session or process group
gather() {
  for member in $(processes | awk -v root="$1" '
    { parent[$1] = $2; if ($1 == root || $3 == root || $4 == root) in_tree[$1] = 1 }
    END {
      do {
        grown = 0
        for (p in parent) if (!(p in in_tree) && (parent[p] in in_tree)) { in_tree[p] = 1; grown = 1 }
      } while (grown)
      for (p in in_tree) if (in_tree[p]) print p
    }'); do
    case " $tree " in *" $member:"*) continue ;; esac
    [ "$member" != "$$" ] && start_of "$member" && tree="$tree $member:$start"
  done
}

# SIGNAL to all of $tree that still live; false when none did
signal_tree() {
  lived=
  for member in $tree; do
    start_of "${member%%:*}" && [ "$start" = "${member#*:}" ] || continue
    lived=yes
    [ "$1" = 0 ] || kill "-$1" "${member%%:*}" 2>/dev/null
  done
  [ -n "$lived" ]
}

# Waits a moment that a signal can cut short.
pause() {
  { sleep "$1" 2>/dev/null || sleep 1; } &
  wait $! 2>/dev/null
}

# PID GRACE: TERM to its tree; KILL after GRACE seconds, or soon after PID itself is gone, to what is left
end_tree() {
  tree=
  gather "$1"
  signal_tree TERM || return 0
  clock
  until_then=$((now + $2))
  while gather "$1" && signal_tree 0; do
    clock
    start_of "$1" || [ "$until_then" -le $((now + 2)) ] || until_then=$((now + 2))
    [ "$now" -lt "$until_then" ] || break
    pause 0.2
  done
  for round in 1 2 3 4 5; do
    gather "$1"
    signal_tree KILL || return 0
    pause 0.2
  done
}
