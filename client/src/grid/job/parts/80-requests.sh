# The request: what is decided for each package, and done.

# action VERB PKGNAME FROM OUTCOME CODE TEXT: the record; a failure becomes the outcome of the job.
action() {
  record action verb "$1" package "$2" from "$3" outcome "$4" code "$5" text "$6"
  [ "$4" != failed ] || note_failure "$5" "$2: $6"
}

note_failure() {
  FAILURES=$((FAILURES + 1))
  [ -n "$FAILURE_CODE" ] || FAILURE_CODE=$1 FAILURE_TEXT=$2
}

# meets PKGNAME PATTERN...: whether an installed package does for all patterns.
meets() {
  meets_name=$1
  shift
  for meets_pattern; do matches "$meets_pattern" "$meets_name" || return 1; done
}

# satisfied PATTERN...: whether other packages that are installed do for every pattern.
satisfied() {
  [ $# -gt 0 ] || return 1
  for satisfied_pattern; do matching "$satisfied_pattern" || return 1; done
}

# known_to_be PKGNAME: sets FROM to the version that is installed, or nothing.
known_to_be() {
  FROM=
  installed_of "${1%-*}" && FROM=${INSTALLED##*-}
}

# install: plan entries in order: dependencies come first.
do_install() {
  require_plan
  exec 4<"$S/request/plan"
  while IFS=' ' read -r plan_name plan_file plan_size plan_sha256 plan_path plan_wanted plan_patterns <&4; do
    known_to_be "$plan_name"
    set -f
    # shellcheck disable=SC2086
    set -- $plan_patterns
    set +f
    if [ -n "$FROM" ] && { [ "$INSTALLED" = "$plan_name" ] || { [ $# -gt 0 ] && meets "$INSTALLED" "$@"; }; }; then
      keep_package "$INSTALLED" "$plan_wanted"
    elif [ -z "$FROM" ] && satisfied "$@"; then
      keep_package "$(printf '%s\n' "$MATCHING" | head -n 1)" "$plan_wanted"
    else
      bring "$plan_name" "$plan_path" "$plan_wanted" "$(verb_for)"
    fi
  done
  exec 4<&-
}

# update: packages that are installed, to the version of the plan; with what that needs.
do_update() {
  require_plan
  exec 4<"$S/request/plan"
  while IFS=' ' read -r plan_name plan_file plan_size plan_sha256 plan_path plan_wanted plan_patterns <&4; do
    known_to_be "$plan_name"
    set -f
    # shellcheck disable=SC2086
    set -- $plan_patterns
    set +f
    if [ -z "$FROM" ] && [ "$plan_wanted" = yes ]; then
      action update "$plan_name" '' failed not-installed "It is not installed, so that there is nothing to update: packwright sites install ${plan_name%-*} --site $SITE"
    elif [ -n "$FROM" ] && [ "$plan_wanted" = no ] && [ $# -gt 0 ] && meets "$INSTALLED" "$@"; then
      keep_package "$INSTALLED" no
    elif [ -n "$FROM" ] && { [ "$INSTALLED" = "$plan_name" ] || { older "$plan_name" "$INSTALLED" && meets "$INSTALLED" "$@"; }; }; then
      keep_package "$INSTALLED" no
    elif [ -z "$FROM" ] && satisfied "$@"; then
      keep_package "$(printf '%s\n' "$MATCHING" | head -n 1)" no
    else
      bring "$plan_name" "$plan_path" "$plan_wanted" "$(verb_for)"
    fi
  done
  exec 4<&-
}

verb_for() { if [ -n "$FROM" ]; then echo update; else echo install; fi; }

require_plan() {
  [ -s "$S/request/plan" ] && return 0
  if [ -n "$TREE" ] && [ -s "$S/request/pattern" ]; then
    plan_from_tree
    return 0
  fi
  if [ -s "$S/request/pattern" ]; then
    fail nothing-planned "The request names packages but no plan for them: $(tr '\n' ' ' <"$S/request/pattern"). Check the site's repository in the sites file."
  fi
  fail nothing-asked 'The request names no package.'
}

# keep_package PKGNAME WANTED: it is there; who asks for it by name keeps it from being cleaned up as a dependency.
keep_package() {
  if [ "$2" = yes ] && [ "$DRY" = no ] && [ "$("$TOOLS/pkg_info" -Q automatic "$1" </dev/null 2>/dev/null)" = yes ]; then
    guard
    run 60 "$TOOLS/pkg_admin" unset automatic "$1"
    WROTE=yes
    share
  fi
  action install "$1" "${1##*-}" kept '' ''
}

# bring PKGNAME PKGPATH WANTED VERB: installs or updates one package, from a binary package or from source.
bring() {
  bring_name=$1 bring_path=$2 bring_wanted=$3 bring_verb=$4 bring_from=$FROM
  if [ -n "$TREE" ]; then
    build "$bring_name" "$bring_path" "$bring_from"
    return
  fi
  if [ "$DRY" = yes ]; then
    action "$bring_verb" "$bring_name" "$bring_from" planned '' ''
    return
  fi
  if [ "$DISK_FULL" = yes ]; then
    action "$bring_verb" "$bring_name" "$bring_from" failed disk-full 'It was not tried, because the area is full.'
    return
  fi
  guard
  if ! find_file "$bring_name"; then
    action "$bring_verb" "$bring_name" "$bring_from" failed no-repository 'The site has no repository of binary packages. Give it one in the sites file.'
    return
  fi
  if ! fetch_package; then
    action "$bring_verb" "$bring_name" "$bring_from" failed "$CODE" "$WORDS"
    return
  fi
  set --
  [ "$bring_verb" = install ] || set -- -U
  [ "$bring_wanted" = yes ] || [ "$bring_verb" = update ] || set -- -A
  add_package "$bring_verb" "$bring_name" "$@"
  # A dependent that the same request replaces next may be passed over.
  if [ "$STATUS" != 0 ] && [ "$CODE" = needed-as-it-is ] && dependent_follows; then
    add_package "$bring_verb" "$bring_name" "$@" -D
  fi
  bring_result
}

bring_result() {
  if [ "$STATUS" = 0 ]; then
    log_file "$bring_name" "$S/out" 20
    log_file "$bring_name" "$S/err" 20
    action "$bring_verb" "$bring_name" "$bring_from" 'done' '' ''
  else
    log_file "$bring_name" "$S/out" 100
    log_file "$bring_name" "$S/err" 100
    [ "$CODE" != disk-full ] || DISK_FULL=yes
    action "$bring_verb" "$bring_name" "$bring_from" failed "$CODE" "$WORDS"
  fi
  rm -f "$S/packages"/* 2>/dev/null
}

# dependent_follows: whether the package that pkg_add names is replaced later in the same request.
dependent_follows() {
  follower=$(sed -n 's/^pkg_add: Dependency of \([^ ]*\) fulfilled by .*/\1/p' "$S/err" | head -n 1)
  [ -n "$follower" ] && cut -d ' ' -f 1 "$S/following" "$S/request/plan" 2>/dev/null | awk -v base="${follower%-*}" '
    { name = $0; sub(/-[^-]*$/, "", name); if (name == base) found = 1 } END { exit !found }'
}
