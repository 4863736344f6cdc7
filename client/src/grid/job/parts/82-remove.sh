# Removal: never by force, and never what others need.

do_remove() {
  [ -s "$S/request/pattern" ] || fail nothing-asked 'The request names no package.'
  : >"$S/doomed"
  while read -r pattern; do
    if matching "$pattern"; then
      printf '%s\n' "$MATCHING" >>"$S/doomed"
    else
      action remove "$pattern" '' kept not-installed 'Nothing that is installed matches.'
    fi
  done <"$S/request/pattern"
  sort -u "$S/doomed" >"$S/left"
  # What one package of the request still needs goes after it.
  while [ -s "$S/left" ]; do
    : >"$S/later"
    remove_progress=no
    exec 4<"$S/left"
    while read -r doomed <&4; do remove_one "$doomed"; done
    exec 4<&-
    if [ $remove_progress = no ]; then
      remove_refused
      return
    fi
    mv "$S/later" "$S/left"
  done
}

# remove_one PKGNAME: to $S/later when others need it.
remove_one() {
  set -- "$1" "${1##*-}"
  remove_needed "$1"
  if [ -n "$NEEDED_BY" ]; then
    printf '%s\n' "$1" >>"$S/later"
    return
  fi
  if [ "$DRY" = yes ]; then
    remove_try "$1" "$2"
    printf '%s\n' "$1" >>"$S/gone"
    remove_progress=yes
    return
  fi
  guard
  : >"$S/coming"
  remove_progress=yes
  open_journal remove "$1" || { action remove "$1" "$2" failed disk-full "Nothing can be written in $AREA: $JOURNAL_FAULT."; return; }
  write_with 1800 "$TOOLS/pkg_delete" "$1"
  share
  # Another manager's script runs all the same.
  grep -v 'chmod of .*INSTALL. failed: ' "$S/err" >"$S/remove-err"
  mv "$S/remove-err" "$S/err"
  all_words
  remove_words=
  [ ! -s "$S/err" ] || remove_words=$WORDS
  log_file "$1" "$S/out" 50
  log_file "$1" "$S/err" 50
  if [ "$STATUS" = 0 ] && [ ! -d "$DB/$1" ]; then
    action remove "$1" "$2" 'done' '' "$remove_words"
  else
    remove_failed "$1" "$2" "${remove_words:-$WORDS}"
  fi
  close_journal
}

remove_failed() {
  case $3 in
    *'not for deletion'*) action remove "$1" "$2" failed protected 'It is one of the tools of pkgsrc itself, and protected.' ;;
    *'still required by'*) action remove "$1" "$2" failed required "$3" ;;
    *) action remove "$1" "$2" failed pkg-delete-failed "$3" ;;
  esac
}

# remove_try PKGNAME VERSION: the dry run.
remove_try() {
  run 60 "$TOOLS/pkg_delete" -n "$1"
  if [ "$STATUS" = 0 ]; then
    action remove "$1" "$2" planned '' ''
  else
    all_words
    remove_failed "$1" "$2" "$WORDS"
  fi
}

# remove_needed PKGNAME: sets NEEDED_BY to the installed packages that need it, from the packing lists: the records
# of pkgsrc may have been lost.
remove_needed() {
  NEEDED_BY=
  inspect_names
  inspect_contents
  : >>"$S/gone"
  awk -F '\t' '
    FILENAME ~ /gone$/ { gone[$0] = 1; next }
    $1 == "D" && !($3 in gone) { print $2 "\t" $3 }
  ' "$S/gone" "$S/contents" >"$S/needs"
  tab=$(printf '\t')
  while IFS=$tab read -r need_pattern need_by; do
    case $need_pattern in "${1%-*}"[\<\>-]* | *[][*?{]* | "${1%-*}") ;; *) continue ;; esac
    [ "$need_by" != "$1" ] && matches "$need_pattern" "$1" || continue
    # Another installed package may do as well.
    matching "$need_pattern"
    [ "$MATCHING" = "$1" ] && NEEDED_BY="$NEEDED_BY $need_by"
  done <"$S/needs"
  NEEDED_BY=$(printf '%s' "$NEEDED_BY" | tr -s ' ' '\n' | sort -u | tr '\n' ' ')
  NEEDED_BY=${NEEDED_BY# }
  NEEDED_BY=${NEEDED_BY% }
}

remove_refused() {
  exec 4<"$S/later"
  while read -r doomed <&4; do
    remove_needed "$doomed"
    action remove "$doomed" "${doomed##*-}" failed required "Other packages need it: $NEEDED_BY. Remove them too, or keep it."
  done
  exec 4<&-
}
