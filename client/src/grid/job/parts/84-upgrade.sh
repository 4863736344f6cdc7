# Upgrade: the tools first, then every installed package for which the repository has a newer version, with what
# the new versions need. The repository's list comes with the request, dependencies before dependents.

do_upgrade() {
  [ -z "$TREE" ] || { upgrade_from_tree; return; }
  [ -s "$S/request/newest" ] || fail nothing-planned "The request does not say what the site's repository has. Check the site's repository in the sites file."
  upgrade_tools
  choose_upgrades
  : >"$S/following"
  cut -d ' ' -f 1 "$S/chosen" >"$S/following"
  exec 4<"$S/request/newest"
  while IFS=' ' read -r new_name new_file new_size new_sha256 new_path new_needs <&4; do
    grep -qxF -- "$new_name" "$S/following" || continue
    known_to_be "$new_name"
    [ "$INSTALLED" != "$new_name" ] || continue
    bring "$new_name" "$new_path" no "$(verb_for)"
  done
  exec 4<&-
}

# newer_tools: sets TOOLS_NEW to the repository's pkg_install when it is newer than the installed one.
newer_tools() {
  TOOLS_NEW=
  while IFS=' ' read -r new_name new_rest; do
    [ "${new_name%-*}" = pkg_install ] || continue
    known_to_be "$new_name"
    if [ -n "$FROM" ] && older "$INSTALLED" "$new_name"; then TOOLS_NEW=$new_name; fi
  done <"$S/known"
  [ -n "$TOOLS_NEW" ]
}

# upgrade_tools: copies are set aside, so that an interrupted upgrade can be finished.
upgrade_tools() {
  newer_tools || return 0
  known_to_be "$TOOLS_NEW"
  if [ "$DRY" = no ]; then
    guard
    tools_new=$AREA/.packwright-new.$TOKEN.tools
    rm -rf "$tools_new"
    mkdir "$tools_new"
    for tools_name in pkg_add pkg_admin pkg_delete pkg_info; do
      if ! cp "$TOOLS/$tools_name" "$tools_new/$tools_name"; then
        rm -rf "$tools_new"
        action update "$TOOLS_NEW" "$FROM" failed disk-full "The tools cannot be set aside in $AREA. Make space."
        return
      fi
    done
    away "$AREA/.packwright-tools"
    mv -f "$tools_new" "$AREA/.packwright-tools"
  fi
  bring "$TOOLS_NEW" - yes update
  [ "$DRY" = no ] || return 0
  if [ "$STATUS" = 0 ] && find_tools; then
    TOOLS_UPGRADED=yes
    away "$AREA/.packwright-tools"
  elif ! find_tools; then
    mend_tools
    [ -z "$TOOLS_FAULT" ] || fail "$TOOLS_CODE" "$TOOLS_FAULT The upgrade of the tools failed."
  fi
}

# choose_upgrades: $S/chosen gets the names, one a line, in no order.
choose_upgrades() {
  inspect_names
  awk '
    function base(text) { sub(/-[^-]*$/, "", text); return text }
    FILENAME ~ /sound$/ { installed[base($1)] = $1; next }
    (base($1) in installed) && installed[base($1)] != $1 { print $1, installed[base($1)] }
  ' "$S/sound" "$S/request/newest" >"$S/differing"
  : >"$S/chosen"
  while read -r new_name old_name; do
    if older "$old_name" "$new_name"; then printf '%s\n' "$new_name" >>"$S/chosen"; fi
  done <"$S/differing"
  # What the new versions need, and what that needs, until nothing is added.
  : >"$S/needs-seen"
  while :; do
    awk '
      FILENAME ~ /chosen$/ { chosen[$1] = 1; next }
      FILENAME ~ /needs-seen$/ { seen[$1] = 1; next }
      ($1 in chosen) { for (i = 6; i <= NF; i++) if (!($i in seen)) { seen[$i] = 1; print $i } }
    ' "$S/chosen" "$S/needs-seen" "$S/request/newest" >"$S/needs"
    [ -s "$S/needs" ] || return 0
    cat "$S/needs" >>"$S/needs-seen"
    while read -r need; do choose_for "$need"; done <"$S/needs"
  done
}

# choose_for PATTERN: unless what is chosen or installed does, and stays, the repository's own.
choose_for() {
  while read -r chosen_name; do
    if matches "$1" "$chosen_name"; then return; fi
  done <"$S/chosen"
  if matching "$1"; then
    # An installed one that is going to be replaced was looked at above, as its new version.
    chosen_stays=$(printf '%s\n' "$MATCHING" | awk '
      function base(text) { sub(/-[^-]*$/, "", text); return text }
      FILENAME ~ /chosen$/ { replaced[base($1)] = 1; next }
      !(base($1) in replaced) { print; exit }' "$S/chosen" -)
    [ -z "$chosen_stays" ] || return 0
  fi
  while read -r candidate candidate_rest; do
    if matches "$1" "$candidate"; then
      printf '%s\n' "$candidate" >>"$S/chosen"
      return
    fi
  done <"$S/request/newest"
}
