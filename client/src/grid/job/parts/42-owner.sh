# Whether the owner of a lock is gone for certain. Silence alone proves nothing.

# know_ourselves: what identifies this process for others.
know_ourselves() {
  HOST=$(uname -n)
  SYSTEM=$(uname -srm)
  ACCOUNT=$(id -un 2>/dev/null || id -u)
  MAIN=$$
  started "$MAIN"
  MAIN_START=$STARTED
  BOOT=unknown MACHINE=unknown NAMESPACE=none
  { read -r BOOT </proc/sys/kernel/random/boot_id || BOOT=$(sysctl -n kern.boottime || kstat -p unix:0:system_misc:boot_time || who -b); } 2>/dev/null
  { read -r MACHINE </etc/machine-id || MACHINE=$(sysctl -n kern.hostuuid || hostid); } 2>/dev/null
  [ ! -h /proc/self/ns/pid ] || NAMESPACE=$(ls -l /proc/self/ns/pid 2>/dev/null | sed 's/.*-> //')
  BOOT=$(printf '%s' "${BOOT:-unknown}" | tr -s ' \t\n' ' ')
  [ -n "$MACHINE" ] || MACHINE=unknown
  BATCH=none
  if [ -n "${SLURM_JOB_ID:-}" ]; then
    BATCH=slurm:$SLURM_JOB_ID:${SLURM_CLUSTER_NAME:-}
  elif [ -n "${PBS_JOBID:-}" ]; then
    BATCH=pbs:$PBS_JOBID
  elif [ -n "${SGE_ROOT:-}" ] && [ -n "${JOB_ID:-}" ]; then
    BATCH=gridengine:$JOB_ID
  fi
  BATCH=$(printf '%s' "$BATCH" | tr -cd 'A-Za-z0-9:._-')
  TOKEN=$(od -An -v -tx1 -N 12 /dev/urandom 2>/dev/null | tr -cd '0-9a-f')
  [ ${#TOKEN} -eq 24 ] || TOKEN=$(printf '%s %s %s %s' "$HOST" "$$" "$(now)" "$S" | cksum | tr -cd '0-9')x$$
}

# read_owner NAME: sets O_* from a lock; empty where it does not say.
read_owner() {
  O_TOKEN='' O_HOST='' O_MACHINE='' O_BOOT='' O_NAMESPACE='' O_PID='' O_START='' O_ACCOUNT='' O_JOB='' O_BATCH='' O_TIME='' O_SILENT='' owner_whole=no
  [ -f "$1/owner" ] || return 1
  { owner_lines <"$1/owner"; } 2>/dev/null
  case $O_TOKEN in '' | *[!0-9A-Za-z]*) return 1 ;; esac
  case $O_TIME in *[!0-9]*) O_TIME='' ;; esac
  owner_beat=
  { read -r owner_beat <"$1/beat.$O_TOKEN"; } 2>/dev/null
  case $owner_beat in
    '' | *[!0-9]*) ;;
    *)
      O_SILENT=$(($(now) - owner_beat))
      [ "$O_SILENT" -ge 0 ] || O_SILENT=0
      ;;
  esac
  [ $owner_whole = yes ]
}

# owner_lines: the lines of an owner file; what has more of them is none of ours.
owner_lines() {
  owner_count=0
  while [ $owner_count -lt 20 ] && IFS=' ' read -r owner_key owner_value; do
    owner_count=$((owner_count + 1))
    case $owner_key in
      token) O_TOKEN=$owner_value ;;
      host) O_HOST=$owner_value ;;
      machine) O_MACHINE=$owner_value ;;
      boot) O_BOOT=$owner_value ;;
      namespace) O_NAMESPACE=$owner_value ;;
      pid) O_PID=$owner_value ;;
      start) O_START=$owner_value ;;
      account) O_ACCOUNT=$owner_value ;;
      job) O_JOB=$owner_value ;;
      batch) O_BATCH=$owner_value ;;
      time) O_TIME=$owner_value ;;
      end) owner_whole=yes ;;
    esac
  done
}

# judge NAME: sets VERDICT to free, held or stale, and O_WHY to the reason, as part of a sentence.
judge() {
  VERDICT=free O_WHY=
  if [ ! -e "$1" ] && [ ! -h "$1" ]; then return 0; fi
  if ! read_owner "$1"; then
    if [ ! -e "$1" ] && [ ! -h "$1" ]; then return 0; fi
    O_TOKEN=unknown VERDICT=held O_WHY='it does not say whose it is'
    return 0
  fi
  VERDICT=held
  if [ -n "$O_JOB" ] && [ -s "$S/request/ended-job" ] && grep -qxF -- "$O_JOB" "$S/request/ended-job"; then
    VERDICT=stale O_WHY='the job that took it has ended'
  elif [ "$O_HOST" = "$HOST" ] && [ "$O_BOOT" = "$BOOT" ] && [ "$BOOT" != unknown ]; then
    judge_process
  elif [ "$O_HOST" = "$HOST" ] && [ "$O_BOOT" != "$BOOT" ]; then
    judge_reboot
  else
    O_WHY="it cannot be seen from $HOST whether its process still runs"
  fi
  [ "$VERDICT" = stale ] || [ "$VERDICT" = held ] || return 0
  if [ "$VERDICT" = held ] && slurm_ended "$O_BATCH"; then VERDICT=stale O_WHY="the batch system says that the job that took it has ended"; fi
}

# Numbers of processes mean something only in one and the same namespace.
judge_process() {
  if [ "$O_NAMESPACE" != "$NAMESPACE" ]; then
    O_WHY='its process is in another container'
    return
  fi
  life "$O_PID" "$O_START"
  case $LIFE in
    gone) VERDICT=stale O_WHY='its process is gone' ;;
    alive) O_WHY='its process runs' ;;
    *) O_WHY='it cannot be seen whether its process still runs' ;;
  esac
}

# The same machine was started anew. Names repeat (localhost), and so do images of disks, so that name, machine
# and silence have to agree; a container has no machine of its own.
judge_reboot() {
  O_WHY="the host was started anew, or another one has its name"
  case $HOST in localhost*) return ;; esac
  [ "$O_MACHINE" = "$MACHINE" ] && [ "$MACHINE" != unknown ] && [ "$BOOT" != unknown ] && [ "$O_BOOT" != unknown ] || return 0
  [ "$O_NAMESPACE" = "$NAMESPACE" ] || return 0
  case $NAMESPACE in none | 'pid:[4026531836]') ;; *) return ;; esac
  [ -n "$O_SILENT" ] && [ "$O_SILENT" -gt 120 ] || return 0
  VERDICT=stale O_WHY='its host was started anew since'
}

# slurm_ended BATCH: whether the batch system here says that the job ended. A lost node proves nothing: its
# processes may still run.
slurm_ended() {
  case $1 in slurm:*:*) ;; *) return 1 ;; esac
  slurm_job=${1#slurm:}
  slurm_cluster=${slurm_job#*:}
  slurm_job=${slurm_job%%:*}
  case $slurm_job in '' | *[!0-9]*) return 1 ;; esac
  [ -n "$slurm_cluster" ] && command -v scontrol >/dev/null 2>&1 || return 1
  if [ "${SLURM_CLUSTER_NAME:-}" != "$slurm_cluster" ]; then
    run 20 scontrol show config
    [ "$(awk '$1 == "ClusterName" { print $3; exit }' "$S/out")" = "$slurm_cluster" ] || return 1
  fi
  run 20 scontrol -o show job "$slurm_job"
  slurm_state=$(tr ' ' '\n' <"$S/out" | sed -n 's/^JobState=//p' | head -n 1)
  if [ -z "$slurm_state" ] && command -v sacct >/dev/null 2>&1; then
    run 20 sacct -nPX -j "$slurm_job" -o State
    slurm_state=$(sed -n '$s/ .*//p;$p' "$S/out" | head -n 1)
  fi
  case $slurm_state in
    COMPLETED | CANCELLED | FAILED | TIMEOUT | DEADLINE | OUT_OF_MEMORY | PREEMPTED | BOOT_FAIL) return 0 ;;
  esac
  return 1
}
