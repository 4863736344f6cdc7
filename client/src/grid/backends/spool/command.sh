# A batch system that the sites file describes. Given above, each through `limited`: command_submit, command_find,
# command_poll (with $polled, the tickets, one a line), command_cancel, command_fetch; can_find, can_cancel, can_fetch,
# poll_each: yes or nothing.

# The runner carries its script, since the spool need not be shared.
batch_alone() { return 0; }

batch_submit() {
  command_submit && return 0
  complaint
  case $status in 124 | 137) return 2 ;; esac
  [ -n "$can_find" ] && [ "$status" -lt 126 ] && batch_find && return 0
  return 1
}

batch_find() {
  [ -n "$can_find" ] || return 3
  refusal=${text:-}
  if ! command_find; then
    complaint
    return 2
  fi
  text=$refusal
  grep -q '[^[:space:]]' "$scratch.out"
}

batch_poll() {
  cp "$scratch.open" "$scratch.asked"
  if [ -n "$poll_each" ]; then
    while read -r polled_id ticket; do
      [ "$ticket" = - ] || poll_some "$polled_id"
    done <"$scratch.asked"
  else
    tickets=$(awk '$2 != "-" { print $2 }' "$scratch.asked")
    poll_some -
  fi
  tell_again "$scratch.asked"
}

# ID, or `-` for all
poll_some() {
  if command_poll; then
    say poll-ok "$1"
    awk -v all="$1" 'FNR == NR { wanted[$2] = 1; next }
      all != "-" { print; next }
      { for (i = 1; i <= NF; i++) if ($i in wanted) { print; next } }' "$scratch.asked" "$scratch.out" |
      dd bs=65536 count=64 2>/dev/null | say_lines "line $1"
  else
    complaint
    say poll-failed "$1" "$text"
  fi
}

batch_fetch() {
  [ -n "$can_fetch" ] && [ ! -f "$dir/end" ] || return 0
  command_fetch && return 0
  complaint
  return 1
}

batch_cancel() {
  [ -n "$can_cancel" ] && [ "$ticket" != - ] || return 0
  command_cancel && return 0
  complaint
  return 1
}
