# Files: fetching, checking, moving out of the way. No function has the name of a tool: it would be called instead.

# get URL FILE SECONDS BYTES-or--: fetches with the first downloader that works; WORDS says why not.
get() {
  case $1 in
    file:///*) fetch_copy "${1#file://}" "$2"; return ;;
    /*) fetch_copy "$1" "$2"; return ;;
    http://* | https://* | ftp://*) ;;
    *) WORDS="not an address that a job fetches: $1"; return 1 ;;
  esac
  WORDS='no curl, wget, fetch or ftp at the site'
  fetch_began=$(now) fetch_words=
  for fetch_tool in curl wget fetch ftp; do
    command -v "$fetch_tool" >/dev/null 2>&1 || continue
    rm -f "$2"
    fetch_with "$fetch_tool" "$1" "$2" "$3"
    if [ "$STATUS" = 0 ] && [ -f "$2" ]; then return 0; fi
    if scratch_full; then WORDS="the scratch directory $S is full"; return 1; fi
    last_words
    # What the first one said is said: the others are there for a first one that does not work.
    [ -n "$fetch_words" ] || fetch_words="$fetch_tool: ${WORDS#"$fetch_tool: "}"
    [ $(($(now) - fetch_began)) -lt 60 ] || break
  done
  [ -z "$fetch_words" ] || WORDS=$fetch_words
  return 1
}

fetch_with() {
  case $1 in
    curl) run "$4" curl -q -f -s -S -L --connect-timeout 30 --max-redirs 10 -o "$3" -- "$2" ;;
    wget) run "$4" wget -nv -t 2 -T 30 -O "$3" -- "$2" ;;
    fetch) run "$4" fetch -q -T 30 -o "$3" "$2" ;;
    ftp) run "$4" ftp -V -o "$3" "$2" ;;
  esac
}

fetch_copy() {
  if [ ! -f "$1" ]; then
    WORDS="no file $1 at the site"
    return 1
  fi
  run 600 cp -- "$1" "$2"
  [ "$STATUS" = 0 ] && return 0
  last_words
  return 1
}

scratch_full() {
  ! { printf '%8192s' x >"$S/room" && [ -s "$S/room" ]; } 2>/dev/null
}

# sum_of FILE: sets SHA256, empty when no tool here can.
sum_of() {
  SHA256=
  for sha256_tool in 'sha256sum --' 'shasum -a 256 --' 'openssl dgst -sha256' 'sha256 -q' 'cksum -a sha256' 'digest -a sha256'; do
    command -v "${sha256_tool%% *}" >/dev/null 2>&1 || continue
    # shellcheck disable=SC2086
    run 600 $sha256_tool "$1"
    SHA256=$(awk '{ for (i = NF; i > 0; i--) if (length($i) == 64 && $i !~ /[^0-9a-fA-F]/) { print tolower($i); exit } }' "$S/out")
    [ -z "$SHA256" ] || return 0
  done
  return 1
}

# away PATH...: removes a thing of the area by first renaming it, so that nobody meets half of it. Out of the
# database, where every directory counts as a package.
away() {
  for away_path; do
    [ -e "$away_path" ] || [ -h "$away_path" ] || continue
    SERIAL=$((SERIAL + 1))
    away_to=${away_path%/*}
    [ -z "$DB" ] || [ "$away_to" != "$DB" ] || away_to=${PREFIX%/*}
    away_to=$away_to/.packwright-old.$TOKEN.$SERIAL
    mv -f -- "$away_path" "$away_to" 2>/dev/null || return 1
    rm -rf -- "$away_to" 2>/dev/null
  done
}

# free_space DIRECTORY: sets FREE to KiB, or nothing.
free_space() {
  FREE=$(df -P -k "$1" 2>/dev/null | awk 'NR > 1 { line = line " " $0 } END { split(line, f, " "); if (f[4] ~ /^[0-9]+$/) print f[4] }')
}

# is_full DIRECTORY: whether nothing more can be written there.
is_full() {
  full_probe=$1/.packwright-new.$TOKEN.room
  if { printf '%65536s' x >"$full_probe"; } 2>/dev/null && [ "$(wc -c <"$full_probe")" -eq 65536 ]; then
    rm -f "$full_probe"
    return 1
  fi
  rm -f "$full_probe"
  free_space "$1"
  [ "${FREE:-0}" -lt 1024 ]
}

# owner_mode PATH: sets MODE, OWNER (number) and GROUP of what is there.
owner_mode() {
  MODE='' OWNER='' GROUP=''
  set -f
  # shellcheck disable=SC2046
  set -- $(ls -ld "$1" 2>/dev/null) - - - -
  MODE=$1 OWNER_NAME=$3 GROUP=$4
  set +f
  case $MODE in ??????????*) return 0 ;; esac
  MODE='' GROUP=''
  return 1
}
