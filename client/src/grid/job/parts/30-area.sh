# The shared software area: where it is, and whether two managers can both work in it.

# find_area: sets AREA and AREA_SOURCE.
find_area() {
  AREA=$(value area) AREA_SOURCE='file'
  if [ -z "$AREA" ]; then
    AREA_SOURCE=variable
    AREA=$(printf '%s\n' "$VO" | awk '
      {
        upper = toupper($0); plain = upper; gsub(/[.-]/, "_", plain)
        lower = tolower($0); low = lower; gsub(/[.-]/, "_", low)
        n = split("VO_" plain "_SW_DIR VO_" upper "_SW_DIR VO_" low "_SW_DIR VO_" lower "_SW_DIR", name, " ")
        for (i = 1; i <= n; i++) if (ENVIRON[name[i]] != "") { print ENVIRON[name[i]]; exit }
      }')
    # shellcheck disable=SC2018,SC2019
    AREA_VARIABLE=VO_$(printf '%s' "$VO" | tr 'a-z.-' 'A-Z__')_SW_DIR
  fi
  AREA_CODE='' AREA_TEXT=''
  case $AREA in
    '') area_fault area-unset "No area is known: the sites file names none and $AREA_VARIABLE is not set at the site. Give the site an \`area\` in the sites file." ;;
    *[[:cntrl:]]* | *[!\ -~]*) AREA=$(printf '%s' "$AREA" | tr -cd ' -~'); area_fault area-invalid "The area's path holds characters that no path of an area should hold. Correct the area of the site." ;;
    /) area_fault area-invalid 'The area is the root directory. Correct the area of the site.' ;;
    */../* | */..) area_fault area-invalid "The area $AREA holds \`..\`. Give its real path." ;;
    /*) look_at_area ;;
    *) area_fault area-invalid "The area $AREA is not an absolute path. Correct the area of the site." ;;
  esac
}

area_fault() {
  [ -n "$AREA_CODE" ] || AREA_CODE=$1 AREA_TEXT=$2
}

# look_at_area: what can be known without writing.
look_at_area() {
  while :; do case $AREA in /?*/) AREA=${AREA%/} ;; *) break ;; esac; done
  [ -n "$PREFIX" ] || PREFIX=$AREA/pkg
  if [ ! -e "$AREA" ]; then
    area_fault area-missing "The area $AREA does not exist on $(uname -n). Ask the site to make or mount it, or correct the site's area."
    return
  elif [ ! -d "$AREA" ]; then
    area_fault area-not-directory "The area $AREA is not a directory. Correct the site's area."
    return
  fi
  owner_mode "$AREA/."
  AREA_MODE=$MODE AREA_OWNER=$OWNER_NAME AREA_GROUP=$GROUP
  free_space "$AREA"
  AREA_FREE=$FREE
  AREA_WRITABLE=no AREA_SETGID=no AREA_SHARED=no
  if [ -w "$AREA" ] && [ -x "$AREA" ]; then AREA_WRITABLE=yes; fi
  case $AREA_MODE in ??????[sS]*) AREA_SETGID=yes ;; esac
  # There a directory's group always comes from its parent.
  case $SYSTEM in *BSD* | Darwin* | DragonFly*) AREA_SETGID=yes ;; esac
  case $AREA_MODE in ?????w*) AREA_SHARED=yes ;; esac
  [ -n "$SHARERS" ] || SHARERS=$AREA_GROUP
}

report_area() {
  [ -z "$AREA" ] || record area path "$AREA" source "$AREA_SOURCE" free "${AREA_FREE:-}" writable "${AREA_WRITABLE:-}" \
    setgid "${AREA_SETGID:-}" groupwritable "${AREA_SHARED:-}" group "${AREA_GROUP:-}"
}

# judge_area: every fault of the area, by its modes; the most serious one first.
judge_area() {
  [ "$AREA_WRITABLE" = yes ] || area_says area-not-writable "$ACCOUNT cannot write in $AREA ($AREA_MODE $AREA_OWNER $AREA_GROUP). Ask the site to let the group $SHARERS write there, and the account to be in that group."
  [ "$AREA_GROUP" = "$SHARERS" ] || area_says area-wrong-group "$AREA belongs to group $AREA_GROUP, not $SHARERS. Its owner $AREA_OWNER types: chgrp $SHARERS $AREA && chmod 2775 $AREA"
  [ "$AREA_SHARED" = yes ] || area_says area-not-group-writable "$AREA is not writable for its group ($AREA_MODE), so that only $AREA_OWNER can work there. $AREA_OWNER types: chmod 2775 $AREA"
  [ "$AREA_SETGID" = yes ] || area_says area-not-setgid "$AREA lacks the setgid bit ($AREA_MODE): what one manager makes, another one cannot change. $AREA_OWNER types: chmod 2775 $AREA"
  case $AREA_MODE in *[tT]) problem area-sticky '' "$AREA has the sticky bit ($AREA_MODE): managers cannot replace each other's files. $AREA_OWNER types: chmod 2775 $AREA" ;; esac
  if [ -z "$AREA_FREE" ]; then
    problem area-space-unknown '' "df does not say how much space is free in $AREA."
  elif [ "$AREA_FREE" -lt $((MINIMUM_FREE * 1024)) ]; then
    area_says area-full "$AREA has $((AREA_FREE / 1024)) MiB free; the sites file asks for $MINIMUM_FREE. Make space, or lower the site's minimum."
  fi
}

# area_says CODE TEXT: a problem for those who only look, a refusal for those who write.
area_says() {
  if [ "$WRITES" = yes ]; then refuse "$1" "$2"; else problem "$1" '' "$2"; fi
}

# mend_area: the owner's own means, before anything is refused.
mend_area() {
  [ "$AREA_OWNER" = "$ACCOUNT" ] && [ "$AREA_WRITABLE" = yes ] || return 0
  [ "$AREA_SHARED$AREA_SETGID" = yesyes ] && [ "$AREA_GROUP" = "$SHARERS" ] && return 0
  [ "$AREA_GROUP" = "$SHARERS" ] || chgrp "$SHARERS" "$AREA/." 2>/dev/null
  chmod g+rwxs "$AREA/." 2>/dev/null
  mend_before=$AREA_MODE
  look_at_area
  [ "$AREA_MODE" = "$mend_before" ] || repair permissions '' 'done' "$AREA was $mend_before and is $AREA_MODE now, for the group $AREA_GROUP."
}

# try_area: writing, directories and their modes, tested by doing.
try_area() {
  # Whoever holds the lock now leaves it alone when it says whose it is.
  try=$AREA/.packwright-try.$TOKEN.area
  if ! mkdir "$try" 2>"$S/err"; then
    last_words
    if is_full "$AREA"; then refuse area-full "Nothing can be made in $AREA: it is full, or its quota is used up. Make space."; fi
    refuse area-not-writable "No directory can be made in $AREA: $WORDS. Ask the site to let the group $SHARERS write there."
  fi
  { owner_file >"$try/owner"; } 2>/dev/null
  mkdir "$try/d" && { printf '%65536s\n' x >"$try/d/f"; } 2>"$S/err"
  if [ "$(wc -c <"$try/d/f" 2>/dev/null)" != 65537 ]; then
    rm -rf "$try"
    refuse area-full "No file of 64 KiB can be written in $AREA: it is full, or its quota is used up. Make space."
  fi
  owner_mode "$try/d/f"
  try_mode=$MODE try_group=$GROUP
  chmod 664 "$try/d/f" 2>/dev/null && owner_mode "$try/d/f"
  try_chmod=$MODE
  rm -rf "$try" || refuse area-not-writable "What was made in $AREA cannot be removed again."
  case $try_chmod in
    ?????w*) ;;
    *) refuse area-mode "Files made in $AREA do not become writable for the group ($try_chmod), whatever their mode. Ask the site to mend the mount options or the access control list." ;;
  esac
  case $try_mode in
    ?????w*) ;;
    *) problem area-umask '' "Files made in $AREA with umask 002 come out as $try_mode; the job adds the group's right to write after every step." ;;
  esac
  [ "$try_group" = "$SHARERS" ] || refuse area-wrong-group "A file made in $AREA belongs to group $try_group, not $SHARERS. Its owner $AREA_OWNER types: chgrp $SHARERS $AREA && chmod 2775 $AREA"
}
