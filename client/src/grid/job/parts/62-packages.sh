# Mending packages and the records between them.

# mend_index: after every removal of an entry, and whenever the file index is wrong.
mend_index() {
  if has_damage 'file-index-[a-z]*' || has_damage empty-entry || has_damage stray-directory || has_damage interrupted || has_damage temporary-entry; then
    index_file=$DB/pkgdb.byfile.db
    if [ -e "$index_file" ] && has_damage file-index-locked; then away "$index_file"; fi
    open_journal rebuild '' || fail disk-full "The journal cannot be written in $AREA: $JOURNAL_FAULT. Make space."
    write_with 900 "$TOOLS/pkg_admin" rebuild
    share
    if [ "$STATUS" = 0 ]; then
      repair rebuild '' 'done' 'The index of files was made anew.'
    else
      last_words
      repair rebuild '' failed "pkg_admin rebuild: $WORDS"
    fi
  fi
}

# mend_packages: half-installed ones are replaced by the same version, or removed.
mend_packages() {
  : >>"$S/again"
  : >"$S/halves"
  if [ "$J_STEP" = remove ] && [ -n "$J_PACKAGE" ] && [ -d "$DB/$J_PACKAGE" ]; then mend_removal "$J_PACKAGE"; fi
  damaged half-installed && cp "$S/these" "$S/halves" && mend_each "$S/halves" mend_half
  if damaged package-lost; then cat "$S/these" >>"$S/again"; fi
  if [ -n "$J_PACKAGE" ]; then mend_interrupted; fi
  # Dependencies first, as the request has them.
  awk 'FILENAME ~ /known$/ { rank[$1] = FNR; next } { print (($1 in rank) ? rank[$1] : 999999), $1 }' "$S/known" "$S/again" |
    sort -u | sort -n | cut -d ' ' -f 2 >"$S/again.sorted"
  : >"$S/again"
  mend_each "$S/again.sorted" mend_again
  while read -r lost; do installed_of "${lost%-*}" || printf '%s\n' "$lost"; done <"$S/again.sorted" >"$S/lost"
  if [ -s "$S/lost" ]; then cp "$S/lost" "$AREA/.packwright-lost"; else rm -f "$AREA/.packwright-lost"; fi
}

# mend_interrupted: the journal's package, where neither its entry nor its files tell that something is missing.
mend_interrupted() {
  case $J_STEP in install | update) ;; *) return 0 ;; esac
  if [ ! -d "$DB/$J_PACKAGE" ]; then
    # A tool deletes the old version first: what was lost in between has to come back.
    if [ "$J_STEP" = update ] && ! installed_of "${J_PACKAGE%-*}"; then printf '%s\n' "$J_PACKAGE" >>"$S/again"; fi
  elif [ "$OUTLIVED" = no ] && ! grep -qxF -- "$J_PACKAGE" "$S/halves"; then
    # Scripts run last.
    if [ -f "$DB/$J_PACKAGE/+INSTALL" ] || grep -q '^@exec' "$DB/$J_PACKAGE/+CONTENTS" 2>/dev/null; then
      rm -rf "$DB/$J_PACKAGE"/.pkginstall.* 2>/dev/null
      printf '%s\n' "$J_PACKAGE" >>"$S/again"
    fi
  fi
}

mend_removal() {
  guard
  : >"$S/coming"
  open_journal remove "$1" || return 0
  write_with 900 "$TOOLS/pkg_delete" "$1"
  share
  all_words
  if [ -d "$DB/$1" ]; then repair half-removed "$1" failed "$WORDS"; else repair half-removed "$1" 'done' 'Its interrupted removal was finished.'; fi
}

mend_half() {
  [ -d "$DB/$1" ] || return 0
  if find_file "$1" && fetch_package; then
    : >"$S/coming"
    add_package update "$1" -U
    if [ "$STATUS" = 0 ] && package_whole "$1"; then
      repair half-installed "$1" 'done' 'It was half installed and was installed again.'
      return
    fi
    repair half-installed "$1" failed "It could not be installed again: $WORDS"
    return
  fi
  guard
  : >"$S/coming"
  open_journal remove "$1" || return 0
  write_with 900 "$TOOLS/pkg_delete" "$1"
  share
  if [ ! -d "$DB/$1" ]; then
    repair half-installed "$1" 'done' 'It was half installed, its file is not known, and it was removed.'
    problem package-lost "$1" "It was half installed and had to be removed. Install it again: packwright sites install ${1%-*} --site $SITE"
  else
    all_words
    repair half-installed "$1" failed "Its file is not known, and it cannot be removed: $WORDS"
  fi
}

mend_again() {
  if find_file "$1" && fetch_package; then
    : >"$S/coming"
    add_package update "$1" -U
    if [ "$STATUS" = 0 ]; then
      repair reinstalled "$1" 'done' 'It was installed again.'
      return
    fi
    repair reinstalled "$1" failed "$WORDS"
  fi
  [ -d "$DB/$1" ] || problem package-lost "$1" "It was lost and could not be installed again. Install it: packwright sites install ${1%-*} --site $SITE"
}

# package_whole PKGNAME: whether it is registered with all its files.
package_whole() {
  [ -s "$DB/$1/+CONTENTS" ] || return 1
  run 900 "$TOOLS/pkg_admin" check "$1"
  [ "$STATUS" = 0 ] && ! grep -q 'not on filesystem!$' "$S/err" && ! grep -q 'fails MD5 checksum$' "$S/out"
}

# mend_needs: what is needed and missing, when the request knows it. First, since nothing is added without it.
mend_needs() {
  has_damage dependency-unresolved || return 0
  awk -F '\t' '$1 == "dependency-unresolved" && !seen[$4]++ { print $4 }' "$S/damage" >"$S/needed"
  mend_each "$S/needed" mend_dependency
}

# mend_tree: who needs whom, from the packing lists.
mend_tree() {
  if has_damage required-by-missing || has_damage dependency-unresolved || has_damage interrupted || has_damage half-installed; then
    # rebuild-tree first forgets everything, and gives up where it cannot write.
    tree_locked=$(find "$DB"/* -prune -type d ! -user "$ACCOUNT" ! -perm -020 2>/dev/null | head -n 1)
    if [ -n "$tree_locked" ]; then
      owner_mode "$tree_locked"
      repair rebuild-tree '' failed "Only $OWNER_NAME can write in $tree_locked. $OWNER_NAME types: find $PREFIX -type d -user $OWNER_NAME -exec chmod g+rwxs {} +"
      return 0
    fi
    : >"$S/coming"
    open_journal rebuild-tree '' || return 0
    write_with 900 "$TOOLS/pkg_admin" rebuild-tree
    share
    if [ "$STATUS" = 0 ]; then
      repair rebuild-tree '' 'done' 'The records of which package needs which were made anew.'
    else
      last_words
      repair rebuild-tree '' failed "pkg_admin rebuild-tree: $WORDS"
    fi
  fi
}

mend_dependency() {
  if matching "$1"; then return; fi
  dependency_name=$(while read -r known_name known_rest; do
    if matches "$1" "$known_name"; then printf '%s\n' "$known_name"; break; fi
  done <"$S/known")
  [ -n "$dependency_name" ] && find_file "$dependency_name" && fetch_package || return 0
  : >"$S/coming"
  add_package install "$dependency_name" -A
  if [ "$STATUS" = 0 ]; then
    repair dependency "$dependency_name" 'done' "It was missing, and is needed: $1."
  else
    repair dependency "$dependency_name" failed "$WORDS"
  fi
}
