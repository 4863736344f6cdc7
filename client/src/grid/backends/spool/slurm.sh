# Slurm. Given above: slurm_conf, sbatch_here OPTION… and slurm_at COMMAND ARGUMENT…, which go through `limited`.

batch_alone() { return 1; }

# Settings of the account would change what the commands print and where they look.
slurm_begin() {
  # shellcheck disable=SC2046
  unset $(env | sed -n -e 's/^\(SBATCH_[A-Z_]*\)=.*/\1/p' -e 's/^\(SQUEUE_[A-Z_]*\)=.*/\1/p' \
    -e 's/^\(SACCT_[A-Z_]*\)=.*/\1/p' -e 's/^\(SCANCEL_[A-Z_]*\)=.*/\1/p' -e 's/^\(SCONTROL_[A-Z_]*\)=.*/\1/p') SLURM_CLUSTERS
  [ -z "$slurm_conf" ] || export SLURM_CONF="$slurm_conf"
  if [ -n "$slurm_conf" ] && [ ! -r "$slurm_conf" ]; then
    text="SLURM_CONF is $slurm_conf, which cannot be read on $host."
    return 1
  fi
}

batch_submit() {
  slurm_begin || return 1
  if sbatch_here --parsable --job-name="$job_name" --dependency=singleton --no-requeue --export=NONE \
    --comment="$id" --input=/dev/null --output=/dev/null --error=/dev/null --time="$wall_minutes" --chdir="$dir"; then
    grep '^[0-9][0-9]*\(;.*\)\{0,1\}$' "$scratch.out" >"$scratch.ticket" && mv -f "$scratch.ticket" "$scratch.out" && return 0
    text='sbatch took the job and named no number.'
    return 2
  fi
  complaint
  refused_for_good
}

# 1 when what sbatch said is a refusal, 2 when the job may be there
refused_for_good() {
  case $status:$text in
  124:* | 137:*) return 2 ;;
  127:* | 126:*) return 1 ;;
  *'nable to contact'* | *'imed out'* | *ommunication* | *onnect* | *ocket* | *uthentication* | *unge* | *'emporarily'* | *'ero Bytes'* | *'zero bytes'* | *'send/recv'*)
    return 2
    ;;
  *'submission failed'* | *nvalid* | *nrecognized* | *'Unable to open'* | *'not look like'* | *'be reached'* | *usage* | *Usage* | *ermission*) return 1 ;;
  esac
  return 2
}

batch_find() {
  slurm_begin || return 2
  if ! slurm_at squeue -h -t all -u "$(id -u)" -o '%i|%k'; then
    complaint
    return 2
  fi
  take_named && return 0
  if slurm_at sacct -nPX -S now-14days -u "$(id -u)" --name="$job_name" -o JobIDRaw,Comment; then
    take_named && return 0
  fi
  return 1
}

# NUMBER|COMMENT lines of $scratch.out -> the number of our job
take_named() {
  awk -F'|' -v id="$id" '$2 == id { print $1; exit }' "$scratch.out" >"$scratch.ticket"
  [ -s "$scratch.ticket" ] && mv -f "$scratch.ticket" "$scratch.out"
}

# One squeue for all; then scontrol, and one sacct, for those that it does not show as waiting or running.
batch_poll() {
  slurm_begin || { say queue-failed "$text" && return 0; }
  if ! slurm_at squeue -h -t all -u "$(id -u)" -o '%i|%T|%N|%r'; then
    complaint
    say queue-failed "$text"
    return 0
  fi
  cp "$scratch.open" "$scratch.asked"
  awk -F'|' 'FNR == NR { split($0, w, " "); sub(/;.*/, "", w[2]); wanted[w[2]] = 1; next } $1 in wanted' \
    "$scratch.asked" "$scratch.out" >"$scratch.queue"
  printf 'queue-ok\n'
  say_lines queue <"$scratch.queue"
  # An empty first file must not make the second one the first.
  awk 'queue { split($0, w, "|"); if (w[2] ~ /^(PENDING|RUNNING|CONFIGURING|COMPLETING|SUSPENDED|REQUEUED|REQUEUE_HOLD|RESIZING|STOPPED|STAGE_OUT|SIGNALING)$/) live[w[1]] = 1; next }
    { t = $2; sub(/;.*/, "", t); if (!(t in live)) print }' queue=1 "$scratch.queue" queue= "$scratch.asked" >"$scratch.rest"
  [ ! -s "$scratch.rest" ] || poll_rest
}

poll_rest() {
  : >"$scratch.lost"
  tell_again "$scratch.rest"
  shown=0
  while read -r rest_id rest_ticket && [ "$shown" -lt 100 ]; do
    shown=$((shown + 1))
    case $rest_ticket in *[!0-9\;A-Za-z_.-]* | [!0-9]*) continue ;; esac
    slurm_at scontrol -o show job "${rest_ticket%%;*}" || printf '%s\n' "${rest_ticket%%;*}" >>"$scratch.lost"
    text_of "$scratch.out"
    [ "$status" -eq 0 ] || complaint
    say show "$rest_id" "$status" "$text"
  done <"$scratch.open"
  [ ! -s "$scratch.lost" ] || poll_accounts
}

poll_accounts() {
  if slurm_at sacct -nPX -j "$(paste -s -d , "$scratch.lost")" -o JobIDRaw,State,ExitCode; then
    printf 'account-ok\n'
    say_lines account <"$scratch.out"
    return 0
  fi
  complaint
  case $status:$text in
  127:* | *disabled*) printf 'account-none\n' ;;
  *) say account-failed "$text" ;;
  esac
}

batch_fetch() { return 0; }

batch_cancel() {
  slurm_begin || return 1
  if [ "$ticket" = - ] && [ -n "$dir" ]; then
    batch_find || return 0
    read -r ticket <"$scratch.out"
  fi
  case $ticket in [!0-9]* | '') return 0 ;; esac
  slurm_at scancel "${ticket%%;*}" && return 0
  complaint
  # It ended meanwhile.
  case $text in *'already completing or completed'* | *'nvalid job id'*) return 0 ;; esac
  return 1
}
