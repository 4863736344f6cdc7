# The request: read whole, checked, and split into files below $S/request.

# read_request: from standard input to files; sets NONCE first, so that everything else can be reported.
read_request() {
  mkdir "$S/request" && cat >"$S/given" || lament 'the scratch directory cannot be written'
  NONCE=$(sed -n 's/^nonce \([0-9a-f]*\)$/\1/p' "$S/given" | head -n 1)
  [ ${#NONCE} -eq 32 ] || lament 'the request has no nonce'
  sed '/^nonce /d' "$S/given" >"$S/lines"
  rm -f "$S/given"
  split_request "$S/lines"
  rm -f "$S/lines"
  REQUEST_FAULT=
  [ "$(value version)" = 1 ] || REQUEST_FAULT='it is not of version 1'
  ID=$(value id) VO=$(value vo) SITE=$(value site) VERB=$(value verb)
  DRY=$(value dry-run)
  PREFIX=$(value prefix) SHARERS=$(value group)
  MINIMUM_FREE=$(number minimum-free) LOCK_WAIT=$(number lock-wait)
  REPOSITORY=$(value repository) TREE=$(value tree)
  VULNERABILITIES=$(value vulnerabilities)
  [ ! -s "$S/request/faults" ] || REQUEST_FAULT=$(head -n 1 "$S/request/faults")
  check_request
}

# value KEY: the value of a key that stands once.
value() { [ ! -f "$S/request/$1" ] || head -n 1 "$S/request/$1"; }

number() {
  case $(value "$1") in
    '' | *[!0-9]* | ??????????*) echo 0 ;;
    *) value "$1" ;;
  esac
}

# split_request FILE: one file for each key. Values are judged here, once: what passes is safe in a quoted argument.
split_request() {
  LC_ALL=C awk -v directory="$S/request" '
    function fault(text) { print text > (directory "/faults") }
    function word(text) { return text != "" && text !~ /[^!-~]/ && text !~ /^-/ }
    function path(text) { return text ~ /^\// && text !~ /[^ -~]/ && text !~ /(^|\/)\.\.(\/|$)/ }
    function name(text) { return text ~ /^[A-Za-z0-9_].*-[^-]+$/ && text !~ /[^A-Za-z0-9._+~-]/ }
    function file(text) { return text ~ /^[A-Za-z0-9_.]/ && text !~ /[^A-Za-z0-9._+~\/@,=:-]/ && text !~ /(^|\/)\.\.(\/|$)/ }
    function package(  i) {
      if (NF < 6 || !name($2) || !file($3) || $4 !~ /^([0-9]+|-)$/) return 0
      if ($5 != "-" && (length($5) != 64 || $5 ~ /[^0-9a-fA-F]/)) return 0
      if ($6 != "-" && $6 !~ /^[A-Za-z0-9][A-Za-z0-9._+-]*\/[A-Za-z0-9][A-Za-z0-9._+-]*$/) return 0
      for (i = 7; i <= NF; i++) if (!word($i)) return 0
      return 1
    }
    function good(key, text) {
      if (key ~ /^(version|minimum-free|lock-wait)$/) return text ~ /^[0-9]+$/
      if (key == "verb") return text ~ /^(probe|audit|install|remove|update|upgrade|unlock)$/
      if (key == "dry-run") return text ~ /^(yes|no)$/
      if (key ~ /^(id|ended-job|break-lock)$/) return text ~ /^[0-9A-Za-z]+$/
      if (key ~ /^(vo|site|group)$/) return word(text) && text !~ /\//
      if (key ~ /^(area|prefix|tree)$/) return path(text)
      if (key == "plan") return package() && ($7 == "yes" || $7 == "no")
      if (key == "newest") return package()
      if (key ~ /^(pattern|want)$/) return word(text)
      if (key ~ /^(repository|kit|bootstrap)$/) return text ~ /^[a-z\/]/ && text !~ /[^ -~]/
      if (key == "vulnerabilities") return text ~ /^(sent$|none$|site |error )/
      if (key ~ /^(mk-conf|v)$/) return 1
      return 0
    }
    /[\001-\010\013-\037\177]/ { fault("a line holds a control character"); next }
    {
      at = index($0, " ")
      key = at ? substr($0, 1, at - 1) : $0
      text = at ? substr($0, at + 1) : ""
      # Of a repository that holds a strange thing the rest is still of use.
      if (key == "newest" && !package()) next
      if (!good(key, text)) { fault("its line " NR " makes no sense: " substr($0, 1, 100)); exit }
      if (key !~ /^(ended-job|mk-conf|pattern|want|plan|newest|v)$/ && key in seen) { fault("it says " key " twice"); exit }
      seen[key] = 1
      print text > (directory "/" key)
    }
  ' "$1"
}

check_request() {
  for check_key in id vo site verb dry-run vulnerabilities; do
    [ -n "$(value "$check_key")" ] || REQUEST_FAULT="it does not say $check_key"
  done
  [ "$VERB" != unlock ] || [ -n "$(value break-lock)" ] || REQUEST_FAULT='it does not say break-lock'
  # A copy that is there even when the request has none, to read from.
  for check_key in plan newest pattern want ended-job mk-conf v; do : >>"$S/request/$check_key"; done
  case $VERB in probe | audit) WRITES=no ;; *) WRITES=yes ;; esac
  [ "$DRY" != yes ] || WRITES=no
}

# lament TEXT: nothing can be reported yet.
lament() {
  printf 'pkgsrc-cmd.sh: %s\n' "$1" >&2
  ENDED=yes
  exit 3
}
