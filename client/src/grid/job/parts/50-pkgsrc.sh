# pkgsrc: where its tools and its database are, and how it gets there.

# find_tools: sets TOOLS (directory), DB and TOOLS_VERSION; TOOLS_FAULT says what is wrong with them.
find_tools() {
  TOOLS='' DB='' TOOLS_VERSION='' TOOLS_FAULT='' TOOLS_CODE=tools-missing
  for tools_directory in "$PREFIX/sbin" "$PREFIX/bin"; do
    [ ! -x "$tools_directory/pkg_info" ] || { TOOLS=$tools_directory; break; }
  done
  if [ -z "$TOOLS" ]; then
    TOOLS_FAULT="$PREFIX exists but has no pkg_info."
    return 1
  fi
  for tools_name in pkg_add pkg_admin pkg_delete; do
    [ -x "$TOOLS/$tools_name" ] || TOOLS_FAULT="$TOOLS has no $tools_name."
  done
  [ -z "$TOOLS_FAULT" ] || return 1
  TOOLS_CODE=tools-broken
  # Last, so that the job itself goes on with the system's own tools.
  case :$PATH: in *:"$TOOLS":*) ;; *) PATH=$PATH:$TOOLS:$PREFIX/bin ;; esac
  run 60 "$TOOLS/pkg_info" -V
  TOOLS_VERSION=$(head -n 1 "$S/out" | tr -cd '0-9A-Za-z._-')
  if [ "$STATUS" != 0 ] || [ -z "$TOOLS_VERSION" ]; then
    last_words
    TOOLS_FAULT="$TOOLS/pkg_info does not run here: $WORDS"
    return 1
  fi
  run 60 "$TOOLS/pkg_admin" config-var PKG_DBDIR
  DB=$(head -n 1 "$S/out")
  case $DB in
    /?*) ;;
    *)
      last_words
      TOOLS_FAULT="$TOOLS/pkg_admin does not say where its database is: $WORDS"
      DB=
      return 1
      ;;
  esac
  case $DB in
    "$PREFIX"/*) return 0 ;;
  esac
  [ ! -d "$DB" ] || return 0
  TOOLS_CODE=wrong-prefix
  TOOLS_FAULT="The tools in $PREFIX keep their database in $DB: they were made for another prefix, and pkgsrc cannot be moved."
  DB=
  return 1
}

prefix_absent() {
  if [ -h "$PREFIX" ] && [ ! -e "$PREFIX" ]; then return 0; fi
  [ ! -e "$PREFIX" ] && return 0
  [ -d "$PREFIX" ] && [ -z "$(ls -A "$PREFIX" 2>/dev/null)" ]
}

report_pkgsrc() {
  record pkgsrc state "$1" prefix "$PREFIX" database "$DB" tools "$TOOLS_VERSION"
}

# bring_pkgsrc: pkgsrc is absent: the binary kit, or the bootstrap from source.
bring_pkgsrc() {
  guard
  WROTE=yes
  case $PREFIX in
    /*/?*) [ -d "${PREFIX%/*}" ] || fail prefix-unusable "The directory ${PREFIX%/*}, where $PREFIX is to be, does not exist." ;;
  esac
  if [ -n "$(value kit)" ]; then
    bring_kit
  elif [ -n "$(value bootstrap)" ]; then
    bring_source
  else
    refuse no-kit "There is no pkgsrc in $PREFIX, and the sites file gives the site neither a \`kit\` nor a \`bootstrap\`."
  fi
  if ! find_tools; then
    # What was just made is of no use, and would be in the way of a better one.
    guard
    away "$PREFIX"
  fi
  [ -z "$TOOLS_FAULT" ] || fail "$TOOLS_CODE" "$TOOLS_FAULT Give the site a kit that was made for this prefix and this kind of machine."
  share
  report_pkgsrc installed
}

# fetch_checked URL SHA256 FILE: fetches into $S, or fails.
fetch_checked() {
  get "$1" "$3" 1800 || fail fetch-failed "$1 could not be fetched: $WORDS. Check the address in the sites file, and whether the site lets jobs reach it."
  sum_of "$3" || fail no-checksum-tool 'The site has none of sha256sum, shasum, openssl, sha256, cksum -a and digest. Ask the site for one.'
  [ "$SHA256" = "$(printf %s "$2" | tr A-F a-f)" ] || fail checksum-mismatch "$1 is not what the sites file says: its SHA-256 is $SHA256. Find out why before you correct the sites file."
}

bring_kit() {
  kit_url=$(value kit)
  kit_sha256=${kit_url##* }
  kit_url=${kit_url%% *}
  fetch_checked "$kit_url" "$kit_sha256" "$S/kit"
  check_kit "$S/kit"
  guard
  kit_new=${PREFIX%/*}/.packwright-new.$TOKEN.kit
  rm -rf "$kit_new"
  mkdir "$kit_new" || fail prefix-unusable "Nothing can be made in ${PREFIX%/*}."
  # shellcheck disable=SC2016
  run 900 sh -c 'cd "$2" && gzip -dc "$1" | tar -xof -' sh "$S/kit" "$kit_new"
  if [ "$STATUS" != 0 ] || [ ! -d "$kit_new$PREFIX" ] || [ -s "$S/err" ]; then
    last_words
    if is_full "${PREFIX%/*}"; then kit_full=yes; else kit_full=no; fi
    if [ "$STATUS" != 0 ] || [ ! -d "$kit_new$PREFIX" ]; then
      rm -rf "$kit_new"
      [ $kit_full = no ] || fail disk-full "The kit does not fit into $AREA: it is full, or its quota is used up. Make space."
      fail kit-broken "The kit $kit_url cannot be unpacked: $WORDS. Make it anew."
    fi
  fi
  share_prefix "$kit_new"
  find "$kit_new" -user "$ACCOUNT" -type f ! -perm -060 -exec chmod g+rw {} + 2>/dev/null
  guard
  if [ -d "$PREFIX" ] && [ ! -h "$PREFIX" ]; then rmdir "$PREFIX" 2>/dev/null; fi
  if [ -e "$PREFIX" ] || ! mv -f "$kit_new$PREFIX" "$PREFIX"; then
    rm -rf "$kit_new"
    fail prefix-unusable "The kit cannot be moved to $PREFIX. Look what is there."
  fi
  rm -rf "$kit_new"
}

# check_kit FILE: its members are below the prefix, and no link leads out of it.
check_kit() {
  # shellcheck disable=SC2016
  run 600 sh -c 'gzip -dc "$1" | tar -tf -' sh "$1"
  if [ "$STATUS" != 0 ] || [ ! -s "$S/out" ]; then
    last_words
    fail kit-broken "The kit is no gzip-compressed tar archive: $WORDS. Make it anew."
  fi
  cp "$S/out" "$S/kit-names"
  # shellcheck disable=SC2016
  run 600 sh -c 'gzip -dc "$1" | tar -tvf -' sh "$1"
  kit_verdict=$(awk -v prefix="$PREFIX" '
    function plain(path) { sub(/^(\.\/)+/, "", path); sub(/^\/+/, "", path); sub(/\/+$/, "", path); return path }
    # A link may lead where it stays below the prefix.
    function leads(from, to,  n, i, part, out, depth) {
      if (to !~ /^\//) { sub(/[^\/]*$/, "", from); to = from to }
      n = split(to, part, "/"); depth = 0
      for (i = 1; i <= n; i++) {
        if (part[i] == "" || part[i] == ".") continue
        if (part[i] == "..") { if (depth) depth--; continue }
        out[++depth] = part[i]
      }
      to = ""
      for (i = 1; i <= depth; i++) to = to "/" out[i]
      return substr(to "/", 1, length(root) + 2) == "/" root "/"
    }
    BEGIN { root = plain(prefix); up = "/" root }
    FNR == 1 { file++ }
    file == 1 {
      path = plain($0)
      if (("/" $0 "/") ~ /\/\.\.\//) { hostile = $0; exit }
      if (path == "" || path == "." || index(root "/", path "/") == 1) next
      if (index(path, root "/") != 1) { if (other == "") other = path; next }
      member[path] = 1
      next
    }
    /^[bcps]/ { hostile = $0; exit }
    /^l/ && (at = index($0, " -> ")) {
      to = substr($0, at + 4); from = substr($0, 1, at - 1)
      for (path in member) if (length(from) > length(path) && substr(from, length(from) - length(path) + 1) == path && substr(from, length(from) - length(path), 1) ~ /[ \/]/) {
        link[path] = 1
        if (!leads("/" path, to)) { hostile = path " -> " to; exit }
      }
    }
    /^h/ && (at = index($0, " link to ")) { if (index(plain(substr($0, at + 9)), root "/") != 1) { hostile = $0; exit } }
    END {
      for (path in member) {
        above = path
        while (sub(/\/[^\/]*$/, "", above)) if (above in link) hostile = path
      }
      if (hostile != "") print "hostile " hostile
      else if (other != "") print "other /" other
    }' "$S/kit-names" "$S/out" | tr -cd ' -~' | cut -c 1-300)
  case $kit_verdict in
    hostile*) fail kit-hostile "The kit is not unpacked: a member leads out of $PREFIX: ${kit_verdict#hostile }. Find out who made it." ;;
    other*) fail kit-wrong-prefix "The kit is for another prefix than $PREFIX: it has ${kit_verdict#other }. Give the site a kit that was made for $PREFIX." ;;
  esac
}

bring_source() {
  source_line=$(value bootstrap)
  source_url=${source_line%% *}
  source_line=${source_line#* }
  source_sha256=${source_line%% *}
  fetch_checked "$source_url" "$source_sha256" "$S/source"
  mkdir "$S/tree" "$S/work"
  # shellcheck disable=SC2016
  run 1800 sh -c 'cd "$2" && case $(dd bs=3 count=1 <"$1" 2>/dev/null) in BZh) bzip2 -dc "$1" ;; *xz* | ?7z*) xz -dc "$1" ;; *) gzip -dc "$1" ;; esac | tar -xof -' sh "$S/source" "$S/tree"
  [ "$STATUS" = 0 ] || { last_words; fail source-broken "The source archive $source_url cannot be unpacked: $WORDS."; }
  rm -f "$S/source"
  set -- "$S/tree"/*
  source_directory=$S/tree
  if [ $# -eq 1 ] && [ -d "$1" ]; then source_directory=$1; fi
  # One argument a word: a space in it is %20, a percent sign %25.
  set -f
  # shellcheck disable=SC2086
  set -- ${source_line#* }
  set +f
  for source_word; do
    shift
    case $source_word in
      '{prefix}') source_word=$PREFIX ;;
      '{work}') source_word=$S/work ;;
      *%*) source_word=$(printf '%s' "$source_word" | sed 's/%20/ /g; s/%25/%/g') ;;
    esac
    set -- "$@" "$source_word"
  done
  : >"$S/coming"
  open_journal bootstrap "${PREFIX##*/}" || fail disk-full "The journal cannot be written in $AREA: $JOURNAL_FAULT."
  cd "$source_directory" || fail source-broken "The source archive cannot be entered."
  write_with 14400 "$@"
  cd "$S" || exit 3
  if [ "$STATUS" != 0 ]; then
    last_words
    log_file bootstrap "$S/out" 100
    log_file bootstrap "$S/err" 100
    share_prefix "$PREFIX"
    away "$PREFIX"
    close_journal
    fail bootstrap-failed "The bootstrap command failed: $WORDS. What it made in $PREFIX was removed; its last lines are in the log."
  fi
  log_file bootstrap "$S/out" 20
  close_journal
}
