# Binary packages: fetched and verified first, because an update deletes the old version before it reads the new one.

# know_files: $S/known gets NAME FILE SIZE SHA256 of what the request knows.
know_files() {
  cut -d ' ' -f 1-4 "$S/request/plan" "$S/request/newest" | awk '!seen[$1]++' >"$S/known"
}

# find_file PKGNAME: sets P_NAME, P_FILE, P_SIZE, P_SHA256; what the request does not know has the usual name.
find_file() {
  P_NAME=$1 P_FILE='' P_SIZE=- P_SHA256=-
  [ -n "$REPOSITORY" ] && [ -z "$TREE" ] || return 1
  set -f
  # shellcheck disable=SC2046
  set -- "$1" $(awk -v name="$1" '$1 == name { print $2, $3, tolower($4); exit }' "$S/known")
  set +f
  P_FILE=${2:-$1.tgz} P_SIZE=${3:--} P_SHA256=${4:--}
}

# fetch_package: into $S/packages; sets P_PATH. CODE and WORDS say why not.
fetch_package() {
  P_PATH=$S/packages/${P_FILE##*/}
  [ -d "$S/packages" ] || mkdir "$S/packages"
  rm -f "$S/packages"/*
  CODE=fetch-failed
  if ! get "${REPOSITORY%/}/$P_FILE" "$P_PATH" 3600; then
    WORDS="${REPOSITORY%/}/$P_FILE could not be fetched: $WORDS"
    return 1
  fi
  CODE=checksum-mismatch
  fetched_size=$(wc -c <"$P_PATH")
  fetched_size=$((fetched_size))
  if [ "$P_SIZE" != - ] && [ "$fetched_size" != "$P_SIZE" ]; then
    WORDS="$P_FILE has $fetched_size bytes instead of $P_SIZE: it was cut off, or the repository changed since the request was made"
    return 1
  fi
  if [ "$P_SHA256" != - ]; then
    sum_of "$P_PATH" || { CODE=no-checksum-tool WORDS='the site has no tool for SHA-256'; return 1; }
    if [ "$SHA256" != "$P_SHA256" ]; then
      WORDS="the SHA-256 of $P_FILE is $SHA256 instead of $P_SHA256"
      return 1
    fi
  elif ! archive_whole "$P_PATH"; then
    CODE=archive-broken WORDS="$P_FILE is not whole: $WORDS"
    return 1
  fi
}

# archive_whole FILE: whether it can be read to its end.
archive_whole() {
  case $(od -An -tx1 -N 3 "$1" | tr -d ' \n') in
    1f8b*) set -- gzip "$1" ;;
    425a68) set -- bzip2 "$1" ;;
    fd377a) set -- xz "$1" ;;
    *) return 0 ;;
  esac
  command -v "$1" >/dev/null 2>&1 || return 0
  # shellcheck disable=SC2016
  run 900 sh -c '"$1" -t <"$2"' sh "$1" "$2"
  [ "$STATUS" = 0 ] && return 0
  last_words
  return 1
}

# add_package STEP PKGNAME OPTION...: journal, pkg_add of the fetched file, and what it leaves. STATUS, CODE and WORDS.
add_package() {
  add_step=$1 add_name=$2
  shift 2
  if ! needs_met; then
    STATUS=1 CODE=dependency-missing
    return 0
  fi
  run 300 "$TOOLS/pkg_info" -qL "$P_PATH"
  while read -r coming; do
    case $coming in "$PREFIX"/*) [ -e "$coming" ] || [ -h "$coming" ] || printf '%s\n' "$coming" ;; esac
  done <"$S/out" >"$S/coming"
  add_before=no
  [ ! -d "$DB/$add_name" ] || add_before=yes
  if ! open_journal "$add_step" "$add_name"; then
    STATUS=1 CODE=disk-full WORDS="nothing can be written in $AREA: $JOURNAL_FAULT"
    return 0
  fi
  write_with 7200 "$TOOLS/pkg_add" "$@" "$P_PATH"
  share
  judge_add
  if [ "$STATUS" = 0 ]; then close_journal; else undo_add; fi
}

# needs_met: whether everything that the fetched file needs is installed. pkg_add looks only after it has deleted
# the old version. WORDS says what is missing.
needs_met() {
  run 300 "$TOOLS/pkg_info" -X "$P_PATH"
  sed -n 's/^DEPENDS=//p' "$S/out" >"$S/file-needs"
  while read -r file_need; do
    matching "$file_need" || { WORDS="it needs $file_need, which is not installed"; return 1; }
  done <"$S/file-needs"
}

# judge_add: exit code 0 is not enough, and the reason stands in the text.
judge_add() {
  all_words
  CODE=pkg-add-failed
  if [ "$STATUS" = 0 ] && [ ! -s "$DB/$add_name/+CONTENTS" ]; then
    STATUS=1 WORDS="pkg_add says nothing is wrong, but $add_name is not registered"
  elif [ "$STATUS" = 0 ] && grep -q 'registration is incomplete\|Permission denied' "$S/err"; then
    STATUS=1
  fi
  [ "$STATUS" = 0 ] && return 0
  case $WORDS in
    *'No space left'* | *'Write error'* | *'Write failed'* | *'quota exceeded'*) CODE=disk-full ;;
    *'conflicts with'*) CODE=conflict ;;
    *'Conflicting PLIST'*) CODE=file-conflict ;;
    *'fulfilled by'*) CODE=needed-as-it-is ;;
    *"Can't install dependency"*) CODE=dependency-missing ;;
    *'Permission denied'* | *'not permitted'*) CODE=permission-denied ;;
    *'signature'*) CODE=signature ;;
    *'vulnerability, see'*) CODE=vulnerable ;;
    *'no pkg found for'*) CODE=archive-broken ;;
  esac
  if [ -e "$S/overdue" ]; then CODE=too-slow WORDS="it took longer than two hours and was stopped"; rm -f "$S/overdue"; fi
  [ "$CODE" != pkg-add-failed ] || ! is_full "$AREA" || CODE=disk-full
  [ "$CODE" != disk-full ] || WORDS="$AREA is full, or its quota is used up: $(awk 'NF { print substr($0, 1, 300); exit }' "$S/err"). Make space"
}

# undo_add: a failed pkg_add can leave a phantom entry, or files that belong to nobody.
undo_add() {
  undo_code=$CODE undo_words=$WORDS undo_status=$STATUS
  cp "$S/err" "$S/add-err"
  cp "$S/out" "$S/add-out"
  if [ $add_before = no ] && [ -d "$DB/$add_name" ] && ! package_whole "$add_name"; then
    away "$DB/$add_name"
    write_with 900 "$TOOLS/pkg_admin" rebuild
    share
    repair phantom "$add_name" 'done' 'pkg_add had registered it without installing it; the entry was removed.'
  fi
  inspect_names
  clear_unlisted "$S/coming" "$add_name"
  if [ "$undo_code" = disk-full ]; then
    # The index of files is cut off too; what was removed made space for it.
    write_with 900 "$TOOLS/pkg_admin" rebuild
    share
  fi
  # An update that failed half way deleted the old version: what is lost is written down until it is back.
  if [ "$add_step" = update ] && ! installed_of "${add_name%-*}"; then
    undo_words="$undo_words. The old version is gone; the next job that writes installs this one"
    if printf '%s\n' "$add_name" >>"$AREA/.packwright-lost"; then close_journal; fi
  else
    close_journal
  fi
  cp "$S/add-err" "$S/err"
  cp "$S/add-out" "$S/out"
  CODE=$undo_code WORDS=$undo_words STATUS=$undo_status
}

# inspect_names: $S/sound anew, from what is there now.
inspect_names() {
  for entry in "$DB"/*/; do
    entry=${entry%/}
    [ ! -s "$entry/+CONTENTS" ] || printf '%s\n' "${entry##*/}"
  done >"$S/sound"
}
