# Patterns, versions, and whether what packages need is there. The real tool compares.

# matches PATTERN PKGNAME
matches() {
  "$TOOLS/pkg_admin" pmatch "$1" "$2" </dev/null >/dev/null 2>&1
}

# matching PATTERN: sets MATCHING to the installed packages that match, one a line.
matching() {
  MATCHING=
  [ -n "$DB" ] || return 1
  MATCHING=$("$TOOLS/pkg_info" -e "$1" </dev/null 2>/dev/null)
  [ -n "$MATCHING" ]
}

# installed_of BASE: sets INSTALLED to the installed package of that name, or nothing.
installed_of() {
  INSTALLED=
  [ -n "$DB" ] || return 1
  for installed_entry in "$DB/$1"-*; do
    [ -s "$installed_entry/+CONTENTS" ] || continue
    installed_entry=${installed_entry##*/}
    if [ "${installed_entry%-*}" = "$1" ]; then INSTALLED=$installed_entry; fi
  done
  [ -n "$INSTALLED" ]
}

# older PKGNAME PKGNAME: whether the first is an older version of the same package.
older() {
  matches "${2%-*}<${2##*-}" "$1"
}

# inspect_dependencies: every pattern that an installed package needs, and the records of who needs whom.
inspect_dependencies() {
  awk -F '\t' '$1 == "D" && !seen[$2]++ { print $2 }' "$S/contents" >"$S/patterns"
  : >"$S/resolved"
  while read -r dependency; do
    # The name before the condition; a pattern of another form is asked of the database.
    dependency_base=${dependency%%[<>]*}
    dependency_base=${dependency_base%-\[0-9\]\*}
    case $dependency_base in
      *[!A-Za-z0-9._+-]*) dependency_base= ;;
    esac
    dependency_found=
    if [ -n "$dependency_base" ] && installed_of "$dependency_base" && matches "$dependency" "$INSTALLED"; then
      dependency_found=$INSTALLED
    elif matching "$dependency"; then
      dependency_found=$(printf '%s\n' "$MATCHING" | head -n 1)
    fi
    printf 'S\t%s\t%s\n' "$dependency" "$dependency_found" >>"$S/resolved"
  done <"$S/patterns"
  awk -F '\t' '
    $1 == "S" { found[$2] = $3; next }
    $1 == "R" { by[$3 " " $2] = 1; next }
    $1 == "D" { n++; pattern[n] = $2; package[n] = $3 }
    END {
      for (i = 1; i <= n; i++) {
        provider = found[pattern[i]]
        if (provider == "") print "dependency-unresolved\t" package[i] "\tIt needs " pattern[i] ", which is not installed.\t" pattern[i]
        else if (!((provider " " package[i]) in by) && !said[provider]++) print "required-by-missing\t" provider "\tThe database forgot that " package[i] " needs it: it could be removed."
      }
    }' "$S/resolved" "$S/contents" >>"$S/damage"
}

# list_packages: the records of what is installed, and that the list is whole.
list_packages() {
  sort "$S/sound" | awk -F '\t' '
    FILENAME ~ /contents$/ { if ($1 == "A") automatic[$3] = 1; next }
    { version = $1; sub(/.*-/, "", version); name = substr($1, 1, length($1) - length(version) - 1)
      print "package\tname\t" name "\tversion\t" version "\tautomatic\t" (($1 in automatic) ? "yes" : "no") }
  ' "$S/contents" - >"$S/listed"
  list_count=$(wc -l <"$S/listed")
  if say_file "$S/listed"; then
    record packages count $((list_count))
  else
    problem report-too-long '' 'Not all packages fitted into the report.'
  fi
}

# missing_wanted: what the sites file wants, and is not there.
missing_wanted() {
  while read -r wanted; do
    [ -n "$wanted" ] || continue
    if [ "$1" = absent ] || ! matching "$wanted"; then
      problem wanted-missing '' "$wanted ought to be installed and is not: packwright sites install $wanted --site $SITE"
    fi
  done <"$S/request/want"
}
