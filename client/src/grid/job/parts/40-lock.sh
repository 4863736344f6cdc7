# The lock in the area: the directory .packwright-lock with the file `owner`.
#
# It is taken by renaming a complete directory to that name. A rename onto a directory that is not empty fails
# everywhere, on NFS too, where a reply may get lost: what counts is whose owner file is there afterwards. Nobody
# ever meets a lock without its owner, and no file system without hard links is left out.
#
# A lock of token T is taken away only by its owner or by whoever holds the claim of T, a second such directory,
# .packwright-claim.T. A token is never used twice, so nobody takes away a lock that he did not judge: of any
# number of takers one wins, however slow the others are. A claim of a dead taker is broken in the same way.

# place NAME: puts a directory with our owner file there. 0: it is ours; 1: something is there; 2: cannot (WORDS).
place() {
  if [ -e "$1" ] || [ -h "$1" ]; then return 1; fi
  SERIAL=$((SERIAL + 1))
  place_new=$AREA/.packwright-try.$TOKEN.$SERIAL
  if ! mkdir "$place_new" 2>"$S/err"; then last_words; return 2; fi
  { owner_file >"$place_new/owner"; } 2>"$S/err"
  { printf '%s\n' "$(now)" >"$place_new/beat.$TOKEN"; } 2>/dev/null
  O_TOKEN=
  if ! read_owner "$place_new" || [ "$O_TOKEN" != "$TOKEN" ]; then
    last_words
    rm -rf "$place_new"
    return 2
  fi
  mv -f "$place_new" "$1" 2>/dev/null
  if is_ours "$1"; then return 0; fi
  # Where a directory was already, ours went into it.
  rm -rf "$1/${place_new##*/}" "$place_new" 2>/dev/null
  return 1
}

owner_file() {
  printf '%s\n' "token $TOKEN" "host $HOST" "machine $MACHINE" "boot $BOOT" "namespace $NAMESPACE" "pid $MAIN" \
    "start $MAIN_START" "account $ACCOUNT" "job $ID" "batch $BATCH" "time $BEGAN" "verb $VERB" 'end yes'
}

token_of() {
  LOCK_TOKEN=
  { read -r token_key LOCK_TOKEN <"$1/owner"; } 2>/dev/null
  [ "${token_key:-}" = token ] || LOCK_TOKEN=unknown
  case $LOCK_TOKEN in '' | *[!0-9A-Za-z]*) LOCK_TOKEN=unknown ;; esac
}

is_ours() {
  [ -f "$1/owner" ] || return 1
  token_of "$1"
  [ "$LOCK_TOKEN" = "$TOKEN" ]
}

# take_lock: waits for it as long as the request says, then refuses.
take_lock() {
  LOCK=$AREA/.packwright-lock
  lock_until=$(($(now) + LOCK_WAIT))
  lock_over=no
  lock_pause=1
  while :; do
    place "$LOCK"
    case $? in
      0) break ;;
      2)
        if is_full "$AREA"; then refuse area-full "The lock cannot be made in $AREA: it is full. Make space."; fi
        refuse area-not-writable "The lock cannot be made in $AREA: $WORDS."
        ;;
    esac
    judge "$LOCK"
    if [ "$VERDICT" = stale ]; then
      if break_lock "$LOCK" "$O_TOKEN" 0; then lock_over=yes; continue; fi
      [ "$BREAK_FAULT" = '' ] || refuse lock-stuck "$BREAK_FAULT"
    fi
    if [ "$(now)" -ge "$lock_until" ] && [ "$VERDICT" = held ]; then refuse_held; fi
    sleep $lock_pause
    [ $lock_pause -ge 5 ] || lock_pause=$((lock_pause + 1))
  done
  HOLDING=yes
  : >"$S/beating"
  if [ $lock_over = yes ]; then
    record lock state taken-over owner "$B_TOKEN" host "$B_HOST" pid "$B_PID" account "$B_ACCOUNT" job "$B_JOB" time "$B_TIME" silent "$B_SILENT"
    repair stale-lock '' 'done' "The lock of $B_ACCOUNT on $B_HOST was taken over: $B_WHY."
  else
    record lock state taken owner "$TOKEN" host "$HOST" pid "$MAIN" account "$ACCOUNT" job "$ID" time "$BEGAN"
  fi
}

report_lock() {
  if [ "$VERDICT" = free ]; then record lock state free; return; fi
  record lock state "$VERDICT" owner "$O_TOKEN" host "$O_HOST" pid "$O_PID" account "$O_ACCOUNT" job "$O_JOB" time "$O_TIME" silent "$O_SILENT"
}

refuse_held() {
  report_lock
  refuse locked "$(lock_sentence) $O_WHY. Wait for it; when it is certain that it does not run any more: packwright sites unlock $SITE"
}

lock_sentence() {
  printf 'The area is locked by %s on %s (process %s, job %s) since %s, %s:' \
    "${O_ACCOUNT:-someone}" "${O_HOST:-an unknown host}" "${O_PID:-unknown}" "${O_JOB:-unknown}" "$(moment "$O_TIME")" "$(silence)"
}

silence() {
  if [ -n "$O_SILENT" ]; then printf 'heard of last %s seconds ago' "$O_SILENT"; else printf 'not heard of since'; fi
}

# moment SECONDS: a time as people write it, where date can.
moment() {
  date -u -d "@$1" '+%Y-%m-%d %H:%M:%S UTC' 2>/dev/null || date -u -r "$1" '+%Y-%m-%d %H:%M:%S UTC' 2>/dev/null || printf '%s' "${1:-unknown}"
}

# break_lock NAME TOKEN DEPTH: takes away exactly the lock that was judged. B_* says whose it was.
break_lock() {
  BREAK_FAULT=
  B_TOKEN=$O_TOKEN B_HOST=$O_HOST B_PID=$O_PID B_ACCOUNT=$O_ACCOUNT B_JOB=$O_JOB B_TIME=$O_TIME B_SILENT=$O_SILENT B_WHY=$O_WHY
  break_claim=$AREA/.packwright-claim.$2
  place "$break_claim"
  case $? in
    1)
      break_dead_claim "$break_claim" "$3"
      return 1
      ;;
    2) BREAK_FAULT="The stale lock of $AREA cannot be taken over: $WORDS."; return 1 ;;
  esac
  break_done=1
  token_of "$1"
  if { [ -e "$1" ] || [ -h "$1" ]; } && [ "$LOCK_TOKEN" = "$2" ]; then
    break_old=$AREA/.packwright-old.$2.$TOKEN
    if ! mv -f "$1" "$break_old" 2>"$S/err"; then
      last_words
      BREAK_FAULT="The stale lock of $AREA cannot be taken over: $WORDS. Its owner $B_ACCOUNT removes $1."
    else
      break_done=0
      rm -rf "$break_old" 2>/dev/null
    fi
  fi
  away "$break_claim"
  return $break_done
}

# break_dead_claim CLAIM DEPTH: another one was about to break the same lock; was he killed?
break_dead_claim() {
  [ "$2" -lt 5 ] || return 1
  judge "$1"
  [ "$VERDICT" = stale ] || return 1
  break_lock "$1" "$O_TOKEN" $(($2 + 1))
}

# let_go: releases our own lock, unless someone is breaking it or has broken it.
let_go() {
  [ "$HOLDING" = yes ] || return 0
  HOLDING=no
  rm -f "$S/beating"
  place "$AREA/.packwright-claim.$TOKEN" || return 0
  if is_ours "$LOCK"; then away "$LOCK"; fi
  away "$AREA/.packwright-claim.$TOKEN"
}

# guard: before each writing step: is the lock still ours?
guard() {
  [ "$HOLDING" = yes ] || return 0
  is_ours "$LOCK" && return 0
  HOLDING=no
  rm -f "$S/beating"
  fail lock-lost "The lock was broken while the job worked: someone else may be writing in $AREA now, so the job stopped. Run it again."
}

# beat: the heartbeat; only where our own lock is.
beat() {
  [ -f "$S/beating" ] && [ -f "$LOCK/beat.$TOKEN" ] || return 0
  { printf '%s\n' "$(now)" >"$LOCK/beat.$TOKEN"; } 2>/dev/null
}
