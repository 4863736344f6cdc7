# From source: with build options of the site's own. Never `bmake update`, which deletes every dependent first.

# build_options: mk.conf in the scratch directory: the prefix's own, then the site's fragment, then our places.
build_options() {
  [ ! -f "$S/mk.conf" ] || return 0
  mkdir -p "$S/build" "$S/built" "$S/distfiles"
  {
    for own_conf in "$PREFIX/etc/mk.conf" "$PREFIX/mk.conf"; do
      [ ! -r "$own_conf" ] || { printf '.include "%s"\n' "$own_conf"; break; }
    done
    cat "$S/request/mk-conf"
    printf '%s\n' "WRKOBJDIR=$S/build" "PACKAGES=$S/built"
    [ -w "$TREE/distfiles" ] || printf '%s\n' "DISTDIR?=$S/distfiles"
  } >"$S/mk.conf"
}

# make_in PKGPATH SECONDS TARGET...: bmake there, with the site's options.
make_in() {
  make_path=$1 make_limit=$2
  shift 2
  run "$make_limit" env "MAKECONF=$S/mk.conf" "$BMAKE" -C "$TREE/$make_path" "MAKECONF=$S/mk.conf" "$@"
}

find_bmake() {
  BMAKE=$PREFIX/bin/bmake
  [ -x "$BMAKE" ] || fail no-bmake "$PREFIX has no bin/bmake, which is needed to build from source."
  [ -d "$TREE" ] || refuse tree-missing "The pkgsrc tree $TREE does not exist on $HOST. Correct the site's tree in the sites file."
  build_options
}

# plan_from_tree: patterns that no plan resolves are looked for in the tree: category/package, or a package's name.
plan_from_tree() {
  : >"$S/request/plan"
  if [ "$DRY" = yes ] && [ -z "$DB" ]; then
    while read -r pattern; do action build "$pattern" '' planned '' 'After pkgsrc itself.'; done <"$S/request/pattern"
    return
  fi
  find_bmake
  while read -r pattern; do
    tree_path=$pattern
    case $pattern in
      */*) ;;
      *)
        tree_base=${pattern%%[<>=*?\[\{]*}
        tree_base=${tree_base%-}
        set -- "$TREE"/*/"$tree_base"
        if [ $# -ne 1 ] || [ ! -d "$1" ]; then set -- "$TREE"/*/"${tree_base%-[0-9]*}"; fi
        tree_path=${1#"$TREE/"}
        [ $# -eq 1 ] || tree_path=
        ;;
    esac
    case $tree_path in
      '' | *..* | *[!A-Za-z0-9._+/-]* | /* | -*) tree_path=none/none ;;
    esac
    if [ ! -f "$TREE/$tree_path/Makefile" ]; then
      action build "$pattern" '' failed not-in-tree "The tree $TREE has no package for it. Name it as category/package."
      continue
    fi
    make_in "$tree_path" 300 show-var VARNAME=PKGNAME
    tree_name=$(tail -n 1 "$S/out" | tr -cd 'A-Za-z0-9._+~-')
    if [ "$STATUS" != 0 ] || [ -z "$tree_name" ]; then
      last_words
      action build "$pattern" '' failed build-failed "$WORDS"
      continue
    fi
    case $pattern in */*) pattern= ;; esac
    printf '%s\n' "$tree_name - - - $tree_path yes $pattern" >>"$S/request/plan"
  done <"$S/request/pattern"
}

# upgrade_from_tree: every package of the request's list whose tree has another version than is installed.
upgrade_from_tree() {
  find_bmake
  inspect_names
  exec 4<"$S/sound"
  while read -r old_name <&4; do
    tree_path=$(sed -n 's/^PKGPATH=//p' "$DB/$old_name/+BUILD_INFO" 2>/dev/null | head -n 1)
    case $tree_path in '' | *..* | *[!A-Za-z0-9._+/-]* | /* | -*) continue ;; esac
    [ -f "$TREE/$tree_path/Makefile" ] || continue
    make_in "$tree_path" 300 show-var VARNAME=PKGNAME
    tree_name=$(tail -n 1 "$S/out" | tr -cd 'A-Za-z0-9._+~-')
    [ "$STATUS" = 0 ] && [ "${tree_name%-*}" = "${old_name%-*}" ] || continue
    if older "$old_name" "$tree_name"; then
      known_to_be "$tree_name"
      build "$tree_name" "$tree_path" "$FROM"
    fi
  done
  exec 4<&-
  rebuild_unsafe
}

# rebuild_unsafe: packages that were built against what has been replaced since, as bmake replace marks them.
rebuild_unsafe() {
  inspect_names
  inspect_contents
  awk -F '\t' '$1 == "U" { print $3 }' "$S/contents" | sort -u >"$S/unsafe"
  exec 4<"$S/unsafe"
  while read -r old_name <&4; do
    tree_path=$(sed -n 's/^PKGPATH=//p' "$DB/$old_name/+BUILD_INFO" 2>/dev/null | head -n 1)
    case $tree_path in '' | *..* | *[!A-Za-z0-9._+/-]* | /* | -*) continue ;; esac
    known_to_be "$old_name"
    build "$old_name" "$tree_path" "$FROM"
  done
  exec 4<&-
}

# build PKGNAME PKGPATH FROM
build() {
  [ -n "${BMAKE:-}" ] || find_bmake
  if [ "$2" = - ] || [ ! -f "$TREE/$2/Makefile" ]; then
    action build "$1" "$3" failed not-in-tree "The tree $TREE has no $2."
    return
  fi
  if [ "$DRY" = yes ]; then
    action build "$1" "$3" planned '' "From $2 in $TREE."
    return
  fi
  guard
  build_target=package-install
  [ -z "$3" ] || build_target=replace
  make_in "$2" 600 clean
  : >"$S/coming"
  if ! open_journal update "$1"; then
    action build "$1" "$3" failed disk-full "Nothing can be written in $AREA: $JOURNAL_FAULT."
    return
  fi
  write_with 86400 env "MAKECONF=$S/mk.conf" "$BMAKE" -C "$TREE/$2" "MAKECONF=$S/mk.conf" "$build_target"
  share
  judge_build "$1" "$3"
  build_status=$STATUS build_words=$WORDS
  close_journal
  make_in "$2" 600 clean
  if [ "$build_status" = 0 ]; then action build "$1" "$3" 'done' '' ''; else action build "$1" "$3" failed "$CODE" "$build_words"; fi
}

judge_build() {
  log_file "$1" "$S/out" 60
  log_file "$1" "$S/err" 60
  last_words
  CODE=build-failed
  known_to_be "$1"
  if [ "$STATUS" = 0 ] && [ -z "$FROM" ]; then STATUS=1 WORDS='bmake says nothing is wrong, but it is not installed'; fi
  [ "$STATUS" = 0 ] && return 0
  if [ -n "$2" ] && [ -z "$FROM" ]; then printf '%s\n' "$1" >>"$AREA/.packwright-lost"; fi
  case $WORDS in *'No space left'*) CODE=disk-full ;; esac
  ! is_full "$AREA" || CODE=disk-full
  ! scratch_full || { CODE=scratch-full WORDS="the scratch directory of the job is full"; }
}
