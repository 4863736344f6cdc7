# The journal: .packwright-journal in the area says what a writing step is about, while it lasts.
#
# `step` names it, `files` lists what it is going to make, `child` names its process: after kill -9 of the job the
# tool may still be writing, and pkgsrc's own database cannot tell a package that was cut off at its last file.

# open_journal STEP PACKAGE: guards the lock, and announces a step. $S/coming has the files that it makes.
open_journal() {
  guard
  JOURNAL=$AREA/.packwright-journal
  journal_new=$AREA/.packwright-new.$TOKEN.journal
  rm -rf "$journal_new"
  if ! { mkdir "$journal_new" && printf '%s\n' "step $1" "package $2" "job $ID" 'end yes' >"$journal_new/step"; } 2>"$S/err" ||
    ! { cat "$S/coming" >"$journal_new/files"; } 2>>"$S/err" ||
    [ "$(tail -n 1 "$journal_new/step")" != 'end yes' ] || ! cmp -s "$S/coming" "$journal_new/files"; then
    last_words
    rm -rf "$journal_new"
    JOURNAL_FAULT=$WORDS
    return 1
  fi
  away "$JOURNAL"
  mv -f "$journal_new" "$JOURNAL"
  WROTE=yes CHANGED=yes
}

close_journal() {
  [ -z "$JOURNAL" ] || away "$JOURNAL"
  JOURNAL=
}

# write_with SECONDS COMMAND...: like run, for a tool that writes in the area.
write_with() {
  run_limit=$1
  shift
  (
    trap - HUP INT TERM XCPU
    write_process && exec "$@"
    exit 75
  ) </dev/null >"$S/out" 2>"$S/err" &
  attend $!
}

# write_process: names the process that is about to become the tool, before it does.
write_process() {
  { read -r process_pid process_rest </proc/self/stat; } 2>/dev/null || process_pid=$(exec sh -c 'echo "$PPID"')
  started "$process_pid"
  printf '%s\n' "host $HOST" "boot $BOOT" "namespace $NAMESPACE" "account $ACCOUNT" "start $STARTED" "pid $process_pid" >"$JOURNAL/child.new" &&
    mv -f "$JOURNAL/child.new" "$JOURNAL/child"
}

# read_journal: sets J_STEP and J_PACKAGE to what was interrupted, both empty when nothing was.
read_journal() {
  J_STEP='' J_PACKAGE=''
  [ -d "$AREA/.packwright-journal" ] || return 0
  J_STEP=unknown
  { dd bs=4096 count=1 <"$AREA/.packwright-journal/step" >"$S/step"; } 2>/dev/null || return 0
  while IFS=' ' read -r journal_key journal_value; do
    case $journal_key in
      step) J_STEP=$journal_value ;;
      package) J_PACKAGE=$journal_value ;;
    esac
  done <"$S/step"
  case $J_PACKAGE in *[!A-Za-z0-9._+/~-]* | *..* | /*) J_PACKAGE='' ;; esac
}

# outlive_orphan: waits for the tool of a dead job that still runs here, and stops it when it does not end.
outlive_orphan() {
  [ -f "$AREA/.packwright-journal/child" ] || return 0
  # Of a tool that came to its end while we looked, nothing has to be done again.
  OUTLIVED=no
  orphan_until=$(($(now) + LOCK_WAIT))
  while read_orphan; do
    if [ "$(now)" -ge $orphan_until ]; then
      if [ "$J_ACCOUNT" != "$ACCOUNT" ]; then
        refuse orphan-running "Process $J_PID of $J_ACCOUNT on $HOST still works on $J_PACKAGE for a job that is gone. Wait for its end, or ask $J_ACCOUNT to end it."
      fi
      stop_family "$J_PID"
      repair orphan-process "$J_PACKAGE" 'done' "Process $J_PID of a job that is gone still worked here and was stopped."
      OUTLIVED=no
      return 0
    fi
    OUTLIVED=yes
    sleep 1
  done
}

# read_orphan: whether the process that the journal names certainly or possibly still runs.
read_orphan() {
  J_PID='' J_START='' J_ACCOUNT='' J_HOST='' J_BOOT='' J_NAMESPACE=''
  { dd bs=4096 count=1 <"$AREA/.packwright-journal/child" >"$S/child"; } 2>/dev/null || return 1
  while IFS=' ' read -r journal_key journal_value; do
    case $journal_key in
      host) J_HOST=$journal_value ;;
      boot) J_BOOT=$journal_value ;;
      namespace) J_NAMESPACE=$journal_value ;;
      account) J_ACCOUNT=$journal_value ;;
      start) J_START=$journal_value ;;
      pid) J_PID=$journal_value ;;
    esac
  done <"$S/child"
  [ "$J_HOST" = "$HOST" ] && [ "$J_BOOT" = "$BOOT" ] && [ "$J_NAMESPACE" = "$NAMESPACE" ] || return 1
  life "$J_PID" "$J_START"
  [ "$LIFE" = alive ]
}

# clear_leavings: what dead jobs left beside pkgsrc. Only with the lock held: those who wait for it make nothing but
# claims and tries then.
clear_leavings() {
  for leaving in "$AREA"/.packwright-new.* "$AREA"/.packwright-old.* "$AREA"/.packwright-try.* "$AREA"/.packwright-claim.* "${PREFIX%/*}"/.packwright-new.* "${PREFIX%/*}"/.packwright-old.*; do
    if [ ! -e "$leaving" ] && [ ! -h "$leaving" ]; then continue; fi
    case $leaving in
      *."$TOKEN" | *."$TOKEN".*) continue ;;
      */.packwright-claim.*)
        judge "$leaving"
        [ "$VERDICT" = stale ] || continue
        ;;
      # Whose lock was taken over is gone for certain.
      */.packwright-try."${B_TOKEN:-none}".*) ;;
      */.packwright-try.*) is_over "$leaving" || continue ;;
    esac
    away "$leaving"
  done
}

# is_over TRY: whether nobody tries any more. It takes seconds; one without an owner file is given a day.
is_over() {
  judge "$1"
  [ "$VERDICT" != stale ] && [ "${O_SILENT:-0}" -lt 3600 ] || return 0
  [ "$O_TOKEN" = unknown ] && [ -n "$(find "$1" -prune -mtime +0 2>/dev/null)" ]
}

# share: gives the group its right to write on what the tools made, after every step: they set modes themselves.
share() {
  [ -n "$DB" ] || return 0
  for share_path in "$DB" "$DB.refcount"; do
    [ ! -d "$share_path" ] || find "$share_path" -user "$ACCOUNT" ! -perm -020 ! -type l -exec chmod g+w {} + 2>/dev/null
  done
}

# share_prefix: the same for the directories of the whole prefix; once, at the end.
share_prefix() {
  [ -d "$1" ] || return 0
  find "$1" -type d -user "$ACCOUNT" ! -group "$SHARERS" -exec chgrp "$SHARERS" {} + 2>/dev/null
  find "$1" -type d -user "$ACCOUNT" ! -perm -2070 -exec chmod g+rwxs {} + 2>/dev/null
  return 0
}
