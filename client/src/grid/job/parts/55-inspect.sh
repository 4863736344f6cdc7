# What is wrong with an installed pkgsrc, found without writing. $S/damage gets lines CODE<tab>PACKAGE<tab>TEXT of
# what a writing job mends; $S/remarks those of what only a person can judge.

# inspect: sets SOUND=no when the database cannot be used at all (DAMAGE_CODE, DAMAGE_TEXT).
inspect() {
  : >"$S/damage"
  : >"$S/remarks"
  : >"$S/sound"
  : >"$S/contents"
  SOUND=yes
  read_journal
  inspect_database || return 0
  inspect_entries
  inspect_contents
  inspect_files
  inspect_index
  inspect_dependencies
  inspect_lost
  inspect_sharing
  if [ -n "$J_STEP" ]; then
    damage interrupted "$J_PACKAGE" "An interrupted job was about to $J_STEP ${J_PACKAGE:-something}."
  fi
}

damage() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$S/damage"; }
remark() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$S/remarks"; }

# unsound CODE TEXT: nothing that this job may do mends it.
unsound() {
  SOUND=no DAMAGE_CODE=$1 DAMAGE_TEXT=$2
  damage "$1" '' "$2"
  return 1
}

# inspect_database: an empty answer of pkg_info never means that nothing is installed.
inspect_database() {
  if [ ! -d "$DB" ]; then
    unsound database-missing "The package database $DB is missing although $PREFIX has files: what is installed is not known."
    return 1
  elif [ ! -r "$DB" ] || [ ! -x "$DB" ]; then
    unsound database-unreadable "$ACCOUNT cannot read the package database $DB. Its owner types: chmod -R g+rwX $DB"
    return 1
  fi
  set -- "$DB"/*/
  [ -d "$1" ] || unsound database-missing "The package database $DB is empty although $PREFIX has files: what is installed is not known."
}

# inspect_entries: directories of the database; those fit for more go to $S/sound.
inspect_entries() {
  for entry in "$DB"/*/ "$DB"/.packwright-*/; do
    entry=${entry%/}
    entry_name=${entry##*/}
    [ -d "$entry" ] || continue
    case $entry_name in
      .*)
        damage stray-directory '' "The database has a directory that an interrupted job left: $entry_name."
        continue
        ;;
      *[!A-Za-z0-9._+~-]* | -*)
        damage stray-directory '' "The database has a directory that no package makes: $(printf '%s' "$entry_name" | tr -cd ' -~')."
        continue
        ;;
    esac
    case $entry_name in
      *.xxxxxx)
        damage temporary-entry "${entry_name%.xxxxxx}" 'The entry that pkg_add makes during an update was left behind.'
        continue
        ;;
    esac
    if [ ! -f "$entry/+CONTENTS" ]; then
      set -- "$entry"/+*
      if [ -e "$1" ]; then
        damage empty-entry "$entry_name" 'Its entry in the database has no +CONTENTS.'
      else
        damage stray-directory "$entry_name" 'The database has a directory of this name without a package in it.'
      fi
    elif [ ! -s "$entry/+CONTENTS" ]; then
      damage empty-entry "$entry_name" 'Its entry in the database has an empty +CONTENTS.'
    elif [ ! -r "$entry/+CONTENTS" ]; then
      remark entry-unreadable "$entry_name" "$ACCOUNT cannot read its entry in the database."
    else
      if [ ! -s "$entry/+COMMENT" ] || [ ! -f "$entry/+DESC" ] || [ ! -f "$entry/+BUILD_INFO" ]; then
        damage metadata-missing "$entry_name" 'Its entry in the database lacks +COMMENT, +DESC or +BUILD_INFO.'
      fi
      printf '%s\n' "$entry_name" >>"$S/sound"
    fi
  done
}

# inspect_contents: all packing lists in one go, as lines F<tab>PATH<tab>PACKAGE, D<tab>PATTERN<tab>PACKAGE,
# A (automatic), R<tab>DEPENDENT<tab>PACKAGE.
inspect_contents() {
  awk -v db="$DB" '
    {
      package = $0; name = ""; cwd = ""; skip = 0; faults = 0
      file = db "/" package "/+CONTENTS"
      while ((getline line < file) > 0) {
        if (skip) { skip = 0; continue }
        if (line ~ /^@name /) name = substr(line, 7)
        else if (line ~ /^@cwd /) cwd = substr(line, 6)
        else if (line ~ /^@ignore/) skip = 1
        else if (line ~ /^@pkgdep /) print "D\t" substr(line, 9) "\t" package
        else if (line !~ /^@/ && line != "") print "F\t" cwd "/" line "\t" package
      }
      close(file)
      if (name != package) print "N\t" name "\t" package
      file = db "/" package "/+INSTALLED_INFO"
      while ((getline line < file) > 0) {
        if (tolower(line) == "automatic=yes") print "A\t\t" package
        if (tolower(line) ~ /^unsafe_depends(_strict)?=yes/) print "U\t\t" package
      }
      close(file)
      file = db "/" package "/+REQUIRED_BY"
      while ((getline line < file) > 0) print "R\t" line "\t" package
      close(file)
    }' "$S/sound" >"$S/contents" 2>/dev/null
  awk -F '\t' -v out="$S/remarks" '
    $1 == "N" { print "empty-entry\t" $3 "\tIts +CONTENTS does not name the package: it was cut off or belongs to another one." }
    $1 == "U" && !said[$3]++ { print "unsafe-depends\t" $3 "\tIt was built against another version of a package than the one that is installed. Build or update it again." >> out }
  ' "$S/contents" >"$S/nameless"
  [ -s "$S/nameless" ] || return 0
  cat "$S/nameless" >>"$S/damage"
  cut -f 2 "$S/nameless" >"$S/names"
  grep -vxF -f "$S/names" "$S/sound" >"$S/sound.new"
  mv "$S/sound.new" "$S/sound"
}

# inspect_files: pkg_admin check says what is missing, and exits with 0; only sound entries, since it stops at others.
inspect_files() {
  : >"$S/checked"
  set --
  while read -r check_name; do
    set -- "$@" "$check_name"
    [ $# -lt 200 ] || { check_some "$@"; set --; }
  done <"$S/sound"
  [ $# -eq 0 ] || check_some "$@"
  awk -v remarks="$S/remarks" -v now="$J_PACKAGE" '
    # Progress dots have no line end and are glued to what follows.
    / fails MD5 checksum$/ { sub(/^\.*/, ""); sub(/ fails MD5 checksum$/, ""); if ($0 !~ /^\//) $0 = "/" $0; changed[$0] = 1; next }
    FILENAME ~ /contents$/ { split($0, f, "\t"); if (f[1] == "F" && (f[2] in changed)) owner[f[2]] = f[3]; next }
    /^pkg_admin: [^ ]+: File `.*. is in \+CONTENTS but not on filesystem!$/ {
      package = $2; sub(/:$/, "", package); missing[package]++
      if (!(package in first)) { first[package] = $0; sub(/^[^`]*`/, "", first[package]); sub(/. is in \+CONTENTS.*/, "", first[package]) }
      next
    }
    /^pkg_admin: [^ ]+: Symlink `.*target does not exist!$/ {
      package = $2; sub(/:$/, "", package); link = $0; sub(/^[^`]*`/, "", link); sub(/. exists and is in.*/, "", link)
      print "dangling-link\t" package "\tIts link " link " leads nowhere." >> remarks
    }
    END {
      for (package in missing) print "half-installed\t" package "\t" (missing[package] == 1 ? "A file of it is missing: " : missing[package] " of its files are missing, such as ") first[package] "."
      for (file in changed) {
        package = owner[file]
        if (package == now && package != "" && !(package in missing)) { print "half-installed\t" package "\tIts file " file " is not whole."; missing[package] = 1 }
        else if (!(package in missing)) print "modified-file\t" package "\t" file " is not as the package brought it. Install the package again unless the change is meant." >> remarks
      }
    }' "$S/checked" "$S/contents" >>"$S/damage"
}

check_some() {
  run 1800 "$TOOLS/pkg_admin" check "$@"
  cat "$S/out" "$S/err" >>"$S/checked"
  if [ "$STATUS" != 0 ]; then
    last_words
    remark check-failed '' "pkg_admin check stopped: $WORDS"
  fi
}

# inspect_index: pkgdb.byfile.db says which package a file belongs to; pkg_add and pkg_delete fail without it.
inspect_index() {
  index=$DB/pkgdb.byfile.db
  if [ ! -f "$index" ]; then
    damage file-index-missing '' "$index is missing."
    return
  fi
  if [ ! -w "$index" ] && [ "$AREA_WRITABLE" = yes ]; then
    owner_mode "$index"
    damage file-index-locked '' "$index ($MODE $OWNER_NAME $GROUP) cannot be written by $ACCOUNT: pkg_add would leave a phantom entry."
  fi
  run 300 "$TOOLS/pkg_admin" dump
  if [ "$STATUS" != 0 ]; then
    last_words
    damage file-index-broken '' "$index cannot be read: $WORDS"
    return
  fi
  index_stale=$(awk '
    FILENAME ~ /sound$/ { installed[$1] = 1; next }
    /^file: .* pkg: / {
      packages = $0; sub(/.* pkg: /, "", packages)
      # A directory that packages share has all of them, after a mark.
      if (!sub(/^@pkgdir /, "", packages)) { owner[1] = packages; owners = 1 } else owners = split(packages, owner, " ")
      for (i = 1; i <= owners; i++) if (!(owner[i] in installed)) { print owner[i]; exit }
    }' "$S/sound" "$S/out")
  [ -z "$index_stale" ] || damage file-index-stale '' "$index still has files of $index_stale, which is not installed."
  # A packing list that lost its end looks like a whole one; the index still knows what it had.
  awk -v database="$DB" '
    FILENAME ~ /sound$/ { installed[$1] = 1; next }
    FILENAME ~ /contents$/ { split($0, f, "\t"); if (f[1] == "F") listed[f[2] " " f[3]] = 1; next }
    /^file: .* pkg: [^ ]+$/ {
      package = $0; sub(/.* pkg: /, "", package)
      file = substr($0, 7, length($0) - 6 - length(package) - 6)
      if ((package in installed) && !((file " " package) in listed) && !said[package]++)
        print "list-cut\t" package "\tIts +CONTENTS does not list " file ", which the package brought: it was cut off."
    }' "$S/sound" "$S/contents" "$S/out" >>"$S/damage"
  index_lost=$(awk '
    FILENAME ~ /out$/ { if (/^file: /) { file = substr($0, 7); package = file; sub(/ pkg: [^ ]*$/, "", file); sub(/.* pkg: /, "", package); known[file] = package } ; next }
    FILENAME ~ /damage$/ { split($0, f, "\t"); if (f[1] == "half-installed") half[f[2]] = 1; next }
    { split($0, f, "\t"); if (f[1] == "F" && !(f[3] in half) && known[f[2]] != f[3]) { lost++; if (first == "") first = f[2] } }
    END { if (lost) print lost " files, such as " first }' "$S/out" "$S/damage" "$S/contents")
  [ -z "$index_lost" ] || damage file-index-incomplete '' "$index does not know $index_lost."
}

# inspect_sharing: directories that only their owner can write; one level tells, since tools make them alike.
inspect_sharing() {
  [ "$AREA_SETGID$AREA_SHARED" = yesyes ] || return 0
  find "$PREFIX" "$PREFIX"/* "$DB" "$DB"/* -prune -type d ! -perm -2020 >"$S/unshared" 2>/dev/null
  [ -s "$S/unshared" ] || return 0
  unshared=$(head -n 3 "$S/unshared" | tr '\n' ' ')
  if [ -n "$(find "$PREFIX" "$PREFIX"/* "$DB" "$DB"/* -prune -type d -user "$ACCOUNT" ! -perm -2020 2>/dev/null | head -n 1)" ]; then
    damage permissions '' "Other managers cannot write in ${unshared% }."
  else
    remark directories-not-shared '' "Only their owner can write in ${unshared% }. The owner types: find $PREFIX -type d -user \$(id -un) -exec chmod g+rwxs {} +"
  fi
}

# inspect_lost: packages whose update deleted the old version and did not bring the new one.
inspect_lost() {
  [ -f "$AREA/.packwright-lost" ] || return 0
  sed -n 's/^\([A-Za-z0-9][A-Za-z0-9._+~-]*\)$/\1/p' "$AREA/.packwright-lost" | sort -u >"$S/lost"
  while read -r lost; do
    installed_of "${lost%-*}" || damage package-lost "$lost" 'Its update failed after the old version had been deleted.'
  done <"$S/lost"
}

report_damage() {
  sort -u "$S/damage" | awk -F '\t' '{ print "problem\tcode\t" $1 "\tpackage\t" $2 "\ttext\t" $3 }' >"$S/said-damage"
  say_file "$S/said-damage"
}

report_remarks() {
  sort -u "$S/remarks" | awk -F '\t' '{ print "problem\tcode\t" $1 "\tpackage\t" $2 "\ttext\t" $3 }' >"$S/said-remarks"
  say_file "$S/said-remarks"
}
