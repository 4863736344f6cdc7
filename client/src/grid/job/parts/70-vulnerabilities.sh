# The audit: against a list in the job's own scratch directory, so that nothing is written in the area.

audit() {
  AUDIT_STATE=unchecked AUDIT_TEXT=
  case $VULNERABILITIES in
    none) AUDIT_TEXT='No list of vulnerabilities is configured.' ;;
    error\ *) AUDIT_STATE=error AUDIT_TEXT="The list could not be had: ${VULNERABILITIES#error }" ;;
    *)
      mkdir -p "$S/vulnerabilities"
      if audit_list; then audit_with_list; else AUDIT_STATE=error; fi
      ;;
  esac
  record vulnerabilities state "$AUDIT_STATE" text "$AUDIT_TEXT"
}

# audit_list: the list, from the request or from the network.
audit_list() {
  audit_file=$S/vulnerabilities/pkg-vulnerabilities
  if [ "$VULNERABILITIES" = sent ]; then
    cp "$S/request/v" "$audit_file"
    [ -s "$audit_file" ] && return 0
    AUDIT_TEXT='The list that was sent is empty.'
    return 1
  fi
  audit_url=${VULNERABILITIES#site }
  audit_sha256=${audit_url##* }
  audit_url=${audit_url%% *}
  if ! get "$audit_url" "$audit_file" 600; then
    AUDIT_TEXT="The list could not be fetched from $audit_url: $WORDS"
    return 1
  fi
  [ "$audit_sha256" != - ] && [ "$audit_sha256" != "$audit_url" ] || return 0
  if ! sum_of "$audit_file" || [ "$SHA256" != "$audit_sha256" ]; then
    AUDIT_TEXT="The list $audit_url is not the one that was meant: its SHA-256 is ${SHA256:-unknown}."
    return 1
  fi
}

# audit_with_list: the exit code is 1 both for findings and for errors; the texts tell.
audit_with_list() {
  audit_conf=$S/vulnerabilities/conf
  audit_own=$PREFIX/etc/pkg_install.conf
  {
    [ ! -r "$audit_own" ] || grep -v '^ *\(PKGVULNDIR\|IGNORE_URL\|VERIFY_VULNERABILITIES\) *=' "$audit_own"
    printf '%s\n' "PKGVULNDIR=$S/vulnerabilities"
  } >"$audit_conf"
  run 600 "$TOOLS/pkg_admin" -K "$DB" -C "$audit_conf" audit
  awk '
    /^Package [^ ]+ has a .* vulnerability, see / {
      type = $0; sub(/^Package [^ ]+ has an? /, "", type); sub(/ vulnerability, see .*/, "", type)
      url = $0; sub(/.* vulnerability, see /, "", url)
      print "vulnerable\tpackage\t" $2 "\ttype\t" type "\turl\t" url
      next
    }
    /^Package [^ ]+ has reached end-of-life/ { url = $0; sub(/.*, see /, "", url); print "vulnerable\tpackage\t" $2 "\ttype\teol\turl\t" url }
  ' "$S/out" >"$S/vulnerable"
  say_file "$S/vulnerable"
  AUDIT_STATE=checked
  if grep -q '^pkg_admin:' "$S/err" || [ "$STATUS" -gt 1 ] || { [ "$STATUS" = 1 ] && [ ! -s "$S/vulnerable" ]; }; then
    last_words
    AUDIT_STATE=error AUDIT_TEXT="pkg_admin audit did not work: $WORDS"
  fi
}
