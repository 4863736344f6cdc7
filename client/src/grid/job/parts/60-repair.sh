# Mending what inspect found, in the order in which the tools can work again.

# mend: repairs; inspects again; fails when the database stays unfit.
mend() {
  MENDED=no
  : >"$S/coming"
  read_journal
  if [ "$J_STEP" = bootstrap ]; then
    guard
    away "$PREFIX"
    repair half-bootstrapped '' 'done' "An interrupted job was making $PREFIX; it was removed, to be made anew."
    close_interrupted
    bring_pkgsrc
  else
    mend_tools
  fi
  [ -z "$TOOLS_FAULT" ] || refuse "$TOOLS_CODE" "$TOOLS_FAULT $(tools_remedy)"
  inspect
  [ "$SOUND" = yes ] || mend_database
  [ -s "$S/damage" ] || return 0
  mend_round
  # Behind an entry that could not be read there may be a package that is not whole.
  if has_damage '[a-z]*-entry'; then mend_again_after=yes; else mend_again_after=no; fi
  inspect
  if [ $mend_again_after = yes ] && [ -s "$S/damage" ]; then
    mend_round
    inspect
  fi
  CHANGED=no
  [ "$SOUND" = yes ] || fail "$DAMAGE_CODE" "$DAMAGE_TEXT"
  if awk -F '\t' '$1 ~ /^(empty-entry|stray-directory|temporary-entry|file-index-(missing|broken|locked))$/ { bad = 1 } END { exit !bad }' "$S/damage"; then
    report_damage
    fail repair-failed 'The package database is still damaged after the repair; the problems say what is wrong. Nothing was installed or removed.'
  fi
}

tools_remedy() {
  case $TOOLS_CODE in
    wrong-prefix) printf 'Give the site a kit for its own prefix, or correct the site'\''s prefix.' ;;
    *) printf 'Move %s away, so that the next job installs pkgsrc anew, or mend the tools.' "$PREFIX" ;;
  esac
}

mend_round() {
  guard
  WROTE=yes MENDED=yes
  mend_permissions
  mend_leftovers
  mend_entries
  mend_index
  mend_needs
  mend_packages
  mend_tree
  close_interrupted
  share
}

close_interrupted() {
  away "$AREA/.packwright-journal"
  J_STEP='' J_PACKAGE=''
}

# damaged CODE: packages with such damage, one a line, in $S/these; fails when there is none.
damaged() {
  awk -F '\t' -v code="$1" '$1 == code { print $2 }' "$S/damage" | sort -u >"$S/these"
  [ -s "$S/these" ]
}

has_damage() { grep -q "^$1	" "$S/damage"; }

# mend_tools: an interrupted upgrade of pkg_install leaves none; the copies that were set aside can finish it.
mend_tools() {
  tools_kept=$AREA/.packwright-tools
  [ -d "$tools_kept" ] || return 0
  if [ -n "$TOOLS_FAULT" ]; then
    guard
    WROTE=yes
    mkdir -p "$PREFIX/sbin"
    for tools_name in pkg_add pkg_admin pkg_delete pkg_info; do
      [ -x "$PREFIX/sbin/$tools_name" ] && [ "$TOOLS_CODE" = tools-missing ] && continue
      cp "$tools_kept/$tools_name" "$PREFIX/sbin/.packwright-new.$TOKEN" && mv -f "$PREFIX/sbin/.packwright-new.$TOKEN" "$PREFIX/sbin/$tools_name"
    done
    if find_tools; then
      repair tools '' 'done' 'An interrupted upgrade had left pkgsrc without working tools; those of before were put back.'
    fi
  fi
  [ -n "$TOOLS_FAULT" ] || away "$tools_kept"
}

# mend_database: without a database nothing tells what is installed; the kit's own entries can be had again.
mend_database() {
  if [ "$DAMAGE_CODE" != database-missing ] || [ -z "$(value kit)" ]; then
    report_damage
    fail "$DAMAGE_CODE" "$DAMAGE_TEXT Restore it from a backup, or move $PREFIX away so that pkgsrc is installed anew."
  fi
  guard
  WROTE=yes
  restore_database "$DB"
  run 600 "$TOOLS/pkg_admin" rebuild
  share
  MENDED=yes
  repair database-missing '' 'done' "The package database was missing; the entries of the kit were restored."
  problem packages-forgotten '' 'Whatever had been installed besides the kit is not known any more: its files are still there. Install the packages of the site again.'
  inspect
  [ "$SOUND" = yes ] || fail "$DAMAGE_CODE" "$DAMAGE_TEXT"
}

# restore_database DATABASE: the database out of the kit.
restore_database() {
  kit_line=$(value kit)
  fetch_checked "${kit_line%% *}" "${kit_line##* }" "$S/kit"
  check_kit "$S/kit"
  database_new=$AREA/.packwright-new.$TOKEN.database
  mkdir "$database_new"
  # shellcheck disable=SC2016
  run 900 sh -c 'cd "$2" && gzip -dc "$1" | tar -xof -' sh "$S/kit" "$database_new"
  if [ ! -d "$database_new$1" ]; then
    rm -rf "$database_new"
    fail database-missing "The kit has no $1. $DAMAGE_TEXT"
  fi
  share_prefix "$database_new"
  rmdir "$1" 2>/dev/null || rm -f "$1/pkgdb.byfile.db"
  rmdir "$1" 2>/dev/null
  [ -d "${1%/*}" ] || mkdir -p "${1%/*}"
  if [ -d "$1" ]; then
    for database_entry in "$database_new$1"/*; do mv -f "$database_entry" "$1/"; done
  else
    mv -f "$database_new$1" "$1"
  fi
  rm -rf "$database_new"
}

# mend_permissions: other managers' files that their group cannot write are replaced by copies.
mend_permissions() {
  share
  if has_damage permissions; then
    share_prefix "$PREFIX"
    repair permissions '' 'done' "The group can write in the directories of $ACCOUNT again."
  fi
  find "$DB" \( -name '+REQUIRED_BY' -o -name '+INSTALLED_INFO' \) ! -user "$ACCOUNT" ! -perm -020 >"$S/locked" 2>/dev/null
  permissions_count=0 permissions_new=${PREFIX%/*}/.packwright-new.$TOKEN.record
  while read -r locked; do
    cp "$locked" "$permissions_new" && chmod 664 "$permissions_new" && mv -f "$permissions_new" "$locked" && permissions_count=$((permissions_count + 1))
  done <"$S/locked"
  [ $permissions_count = 0 ] || repair permissions '' 'done' "$permissions_count records of another manager could not be written by the group, and were replaced by copies."
}

# mend_leftovers: files of a package that was being added when the job ended, and that no entry lists.
mend_leftovers() {
  [ -s "$AREA/.packwright-journal/files" ] || return 0
  clear_unlisted "$AREA/.packwright-journal/files" "$J_PACKAGE"
}

# clear_unlisted FILE PACKAGE: removes those files of a list that no installed package lists.
clear_unlisted() {
  inspect_contents
  awk -F '\t' '
    FILENAME ~ /contents$/ { if ($1 == "F") known[$2] = 1; next }
    index($0, prefix "/") == 1 && !/\/\.\.\// && !($0 in known) { print }
  ' "$S/contents" prefix="$PREFIX" "$1" >"$S/unlisted"
  unlisted_count=0
  while read -r unlisted; do
    if [ -f "$unlisted" ] || [ -h "$unlisted" ]; then
      rm -f "$unlisted" && unlisted_count=$((unlisted_count + 1))
      # The directories that were made for it, unless a package owns them.
      while unlisted=${unlisted%/*} && [ "$unlisted" != "$PREFIX" ]; do
        ! grep -qsxF -- "@pkgdir ${unlisted#"$PREFIX/"}" "$DB"/*/+CONTENTS || break
        rmdir "$unlisted" 2>/dev/null || break
      done
    fi
  done <"$S/unlisted"
  [ $unlisted_count = 0 ] || repair leftovers "$2" 'done' "$unlisted_count files that were left of it belonged to no package and were removed."
}

# mend_entries: what is no package stops pkg_admin, so it goes first.
mend_entries() {
  for temporary in "$DB"/*.xxxxxx; do
    [ -d "$temporary" ] || continue
    temporary_name=${temporary##*/}
    temporary_name=${temporary_name%.xxxxxx}
    if [ -d "$DB/$temporary_name" ]; then away "$temporary"; else mv -f "$temporary" "$DB/$temporary_name"; fi
    repair temporary-entry "$temporary_name" 'done' 'The entry that pkg_add makes during an update had been left behind.'
  done
  if damaged stray-directory; then
    for entry in "$DB"/*/ "$DB"/.packwright-*/; do
      entry=${entry%/}
      [ -d "$entry" ] || continue
      set -- "$entry"/+*
      case ${entry##*/} in .* | *[!A-Za-z0-9._+~-]* | -*) ;; *) [ ! -e "$1" ] || continue ;; esac
      away "$entry"
      repair stray-directory "$(printf '%s' "${entry##*/}" | tr -cd ' -~')" 'done' 'A directory of the database without a package in it was removed.'
    done
  fi
  damaged empty-entry && cp "$S/these" "$S/emptied" && mend_each "$S/emptied" mend_empty_entry
  damaged metadata-missing && cp "$S/these" "$S/bare" && mend_each "$S/bare" mend_metadata
  damaged list-cut && cp "$S/these" "$S/cut" && mend_each "$S/cut" mend_list
  return 0
}

# mend_each FILE FUNCTION
mend_each() {
  exec 3<"$1"
  while read -r mend_name <&3; do
    guard
    "$2" "$mend_name"
  done
  exec 3<&-
}

mend_empty_entry() {
  away "$DB/$1"
  if find_file "$1"; then
    repair empty-entry "$1" 'done' 'Its damaged entry was removed; it is installed again.'
    printf '%s\n' "$1" >>"$S/again"
  else
    repair empty-entry "$1" 'done' 'Its damaged entry was removed.'
    problem package-lost "$1" "Its entry in the database was damaged and is gone; files of it may be left. Install it again: packwright sites install ${1%-*} --site $SITE"
  fi
}

# Until the package is replaced, the index alone knows what is not listed any more.
mend_list() {
  if find_file "$1"; then
    printf '%s\n' "$1" >>"$S/again"
  else
    problem list-cut "$1" "Files of it are not known any more. Install it again from a repository: packwright sites install ${1%-*} --site $SITE"
  fi
}

# A missing comment breaks pkg_info for the whole list; a stand-in will do until the package is replaced.
mend_metadata() {
  [ -s "$DB/$1/+COMMENT" ] || printf '%s\n' 'The comment of this package was lost' >"$DB/$1/+COMMENT"
  [ -f "$DB/$1/+DESC" ] || printf '%s\n' 'The description of this package was lost.' >"$DB/$1/+DESC"
  [ -f "$DB/$1/+BUILD_INFO" ] || : >"$DB/$1/+BUILD_INFO"
  if find_file "$1"; then printf '%s\n' "$1" >>"$S/again"; fi
  repair metadata-missing "$1" 'done' 'What was missing of its entry was replaced by a stand-in.'
}
