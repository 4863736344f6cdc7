# The job, in its order. The sender adds the line that calls it.
packwright_job() {
  set -u
  set +e
  ENDED=no FINISHING=no HOLDING=no WROTE=no JOURNAL='' CHILD='' KEEPER='' S='' SEQUENCE=0 WRITTEN=0 SERIAL=0
  NONCE='' AREA='' PREFIX='' DB='' TOOLS='' TOOLS_VERSION='' TOOLS_FAULT='' TOOLS_UPGRADED=no
  FAILURES=0 FAILURE_CODE='' FAILURE_TEXT='' DISK_FULL=no MENDED=no CHANGED=no SOUND=yes SITE='' J_STEP='' J_PACKAGE='' OUTLIVED=no STATUS=0
  tidy_environment
  BEGAN=$(now)
  make_scratch
  trap leave EXIT
  trap 'stopped HUP' HUP
  trap 'stopped INT' INT
  trap 'stopped TERM' TERM
  trap 'stopped XCPU' XCPU 2>/dev/null || :
  trap '' PIPE
  limits
  ENCODING=$(encoding_awk)
  know_ourselves
  read_request
  exec </dev/null
  record begin version 1 id "$ID" verb "$VERB" dry "$DRY" host "$HOST" account "$ACCOUNT" time "$BEGAN" system "$SYSTEM"
  [ -z "$REQUEST_FAULT" ] || refuse bad-request "The request is not understood: $REQUEST_FAULT."
  find_area
  LOCK=$AREA/.packwright-lock
  start_keeper
  work
}

work() {
  report_area
  [ -z "$AREA_CODE" ] || if [ "$VERB" = probe ] || [ "$VERB" = audit ]; then fail "$AREA_CODE" "$AREA_TEXT"; else refuse "$AREA_CODE" "$AREA_TEXT"; fi
  if [ "$VERB" = unlock ]; then unlock; fi
  if [ "$WRITES" = yes ]; then
    mend_area
    judge_area
    try_area
    take_lock
    outlive_orphan
    clear_leavings
  else
    judge_area
    judge "$LOCK"
    report_lock
  fi
  know_files
  look_at_pkgsrc
  see_to_request
  conclude
}

# look_at_pkgsrc: brings, mends, or only reports.
look_at_pkgsrc() {
  PKGSRC=present
  if prefix_absent; then
    PKGSRC=absent
    if [ "$WRITES" = yes ] && [ "$VERB" != remove ]; then bring_pkgsrc; fi
  else
    find_tools
  fi
  if [ "$WRITES" = no ]; then
    report_state
  elif [ -n "$DB$TOOLS_FAULT" ]; then
    mend
    if [ "$PKGSRC" = absent ]; then :; elif [ "$MENDED" = yes ]; then report_pkgsrc repaired; else report_pkgsrc present; fi
  else
    report_pkgsrc absent
  fi
}

# report_state: for those who only look.
report_state() {
  if [ "$PKGSRC" = absent ]; then
    report_pkgsrc absent
    return
  fi
  if [ -n "$TOOLS_FAULT" ]; then
    problem "$TOOLS_CODE" '' "$TOOLS_FAULT $(tools_remedy)"
    PKGSRC=damaged
    report_pkgsrc damaged
    return
  fi
  inspect
  report_damage
  if [ -s "$S/damage" ] && [ "$VERDICT" = held ]; then
    problem busy '' "Another job holds the lock: what is said of the state of $PREFIX may be in the making."
  elif [ -s "$S/damage" ]; then
    PKGSRC=damaged
    [ "$DRY" != yes ] || plan_repairs
  elif newer_tools; then
    PKGSRC=outdated
    problem tools-outdated "$TOOLS_NEW" "The repository has newer tools than $TOOLS_VERSION: packwright sites upgrade --site $SITE"
  fi
  report_pkgsrc "$PKGSRC"
}

plan_repairs() {
  awk -F '\t' '!seen[$1 $2]++ { print "repair\tcode\t" $1 "\tpackage\t" $2 "\toutcome\tplanned\ttext\t" $3 }' "$S/damage" >"$S/planned"
  say_file "$S/planned"
}

see_to_request() {
  if [ -z "$DB" ] && [ "$VERB" != probe ] && [ "$VERB" != audit ]; then
    if [ "$VERB" = remove ] || [ "$VERB" = update ] || [ "$VERB" = upgrade ]; then refuse pkgsrc-absent "There is no pkgsrc in $PREFIX, so that there is nothing to $VERB."; fi
  fi
  case $VERB in
    install) do_install ;;
    update) do_update ;;
    remove) do_remove ;;
    upgrade) do_upgrade ;;
  esac
}

# conclude: what is there now, whether it is safe, and the end.
conclude() {
  if [ -z "$DB" ]; then
    if [ "$PKGSRC" = absent ]; then record packages count 0; fi
    missing_wanted absent
    record vulnerabilities state unchecked text 'There is no usable pkgsrc to look into.'
  else
    if [ "$CHANGED" = yes ]; then inspect; fi
    if [ "$WRITES" = yes ] && [ -s "$S/damage" ]; then
      report_damage
      report_pkgsrc damaged
    fi
    if [ "$SOUND" = yes ]; then
      report_remarks
      list_packages
      missing_wanted present
    fi
    audit
    if [ "$TOOLS_UPGRADED" = yes ] && [ ! -s "$S/damage" ]; then report_pkgsrc upgraded; fi
  fi
  if [ "$FAILURES" -gt 1 ]; then FAILURE_TEXT="$FAILURE_TEXT ($FAILURES failures in all)"; fi
  [ "$FAILURES" = 0 ] || fail "$FAILURE_CODE" "$FAILURE_TEXT"
  finish ok '' ''
}

unlock() {
  judge "$LOCK"
  report_lock
  wanted_token=$(value break-lock)
  [ "$VERDICT" != free ] || refuse not-locked "$AREA is not locked. Nothing has to be unlocked."
  [ "$O_TOKEN" = "$wanted_token" ] || refuse lock-changed "The lock of $AREA is another one now: it belongs to $O_ACCOUNT on $O_HOST. Look at it anew: packwright sites probe --site $SITE"
  [ "$DRY" = no ] || finish ok '' ''
  if break_lock "$LOCK" "$wanted_token" 0; then
    record lock state broken owner "$B_TOKEN" host "$B_HOST" pid "$B_PID" account "$B_ACCOUNT" job "$B_JOB" time "$B_TIME" silent "$B_SILENT"
    finish ok '' ''
  fi
  fail lock-stuck "${BREAK_FAULT:-Somebody else is taking the lock away.} Look at it anew: packwright sites probe --site $SITE"
}

# settle: the group's right to write on everything, and the lock let go, before the last word.
settle() {
  [ "$WROTE" = yes ] && [ "$FINISHING" = yes ] || return 0
  share
  share_prefix "$PREFIX"
  WROTE=no
}

# stopped SIGNAL: the batch system or a person ends the job.
stopped() {
  trap '' HUP INT TERM XCPU
  if [ -n "$CHILD" ]; then stop_family "$CHILD"; fi
  CHILD=
  if [ -n "$NONCE" ] && [ "$ENDED" = no ] && [ "$FINISHING" = no ]; then
    fail interrupted "The job was stopped by the signal $1; the next job that writes mends what it left."
  fi
  exit 1
}

# leave: however the shell goes.
leave() {
  leave_status=$?
  trap '' HUP INT TERM XCPU
  if [ "$ENDED" = no ] && [ -n "$NONCE" ] && [ "$FINISHING" = no ]; then
    FINISHING=yes
    settle
    record end outcome failed code internal text 'The script stopped where it should not have; its error output says more.' seconds $(($(now) - BEGAN))
    leave_status=1
  fi
  let_go
  if [ -n "$KEEPER" ]; then
    # A signal that meets the keeper before it has its trap is lost.
    { : >"$S/over"; } 2>/dev/null
    kill "$KEEPER" 2>/dev/null
    wait "$KEEPER" 2>/dev/null
  fi
  cd / && [ -z "$S" ] || rm -rf "$S"
  trap - EXIT
  exit "$leave_status"
}

tidy_environment() {
  LC_ALL=C
  export LC_ALL
  unset CDPATH ENV BASH_ENV GREP_OPTIONS GREP_COLORS TAR_OPTIONS GZIP BZIP2 XZ_OPT XZ_DEFAULTS MAKEFLAGS MAKECONF MAKEOBJDIR MAKEOBJDIRPREFIX MAKESYSPATH LANGUAGE POSIXLY_CORRECT WGETRC CURL_HOME
  IFS=' 	
'
  for tidy_name in $(env | sed -n 's/^\(PKG[A-Z_0-9]*\)=.*/\1/p'); do unset "$tidy_name"; done
  tidy_path=
  tidy_rest=${PATH:-}:/usr/bin:/bin:/usr/sbin:/sbin:
  [ ! -d /usr/xpg4/bin ] || tidy_rest=/usr/xpg4/bin:$tidy_rest
  while [ -n "$tidy_rest" ]; do
    # A relative directory would find programs of whoever wrote the current one.
    case ${tidy_rest%%:*} in /*) tidy_path=$tidy_path:${tidy_rest%%:*} ;; esac
    tidy_rest=${tidy_rest#*:}
  done
  PATH=${tidy_path#:}
  export PATH
}

# make_scratch: a private directory, and what earlier jobs of this account left of theirs.
make_scratch() {
  umask 077
  for scratch_base in "${TMPDIR:-}" /tmp /var/tmp "${HOME:-}"; do
    case $scratch_base in /*) ;; *) continue ;; esac
    S=$(mktemp -d "$scratch_base/packwright-job.XXXXXXXX" 2>/dev/null) && [ -d "$S" ] && break
    S=$scratch_base/packwright-job.$$.$(now)
    mkdir "$S" 2>/dev/null && break
    S=
  done
  [ -n "$S" ] || { printf '%s\n' 'pkgsrc-cmd.sh: no scratch directory can be made' >&2; exit 3; }
  umask 002
  : >"$S/attended"
  : >"$S/out"
  : >"$S/err"
  printf '%s\n' "$$" >"$S/pid"
  cd "$S" || exit 3
  for scratch_old in "${S%/*}"/packwright-job.*; do
    [ "$scratch_old" != "$S" ] && [ -O "$scratch_old" ] 2>/dev/null && [ ! -h "$scratch_old" ] || continue
    scratch_pid=
    { read -r scratch_pid <"$scratch_old/pid"; } 2>/dev/null
    case $scratch_pid in '' | *[!0-9]*) continue ;; esac
    kill -0 "$scratch_pid" 2>/dev/null || rm -rf "$scratch_old"
  done
}
