# Records of the report. Nothing but say and say_file writes to standard output.
# The nonce reaches no argument list, no environment and no file: awk reads it from a pipe.

# Limits of the report, with room left for the last records: bytes, records, bytes of log.
limits() {
  REPORT_BYTES=4000000
  REPORT_RECORDS=49900
  LOG_BYTES=262144
}

# Functions for awk: encode(text) makes a value of any bytes.
encoding_awk() {
  cat <<'AWK'
function encoding_ready(  i) {
  for (i = 1; i < 256; i++) hex[sprintf("%c", i)] = sprintf("%%%02X", i)
}
function encode(text,  out) {
  if (text !~ /[^A-Za-z0-9._\/:+@,-]/) return text
  out = ""
  while (match(text, /[^A-Za-z0-9._\/:+@,-]/)) {
    out = out substr(text, 1, RSTART - 1) hex[substr(text, RSTART, 1)]
    text = substr(text, RSTART + 1)
  }
  return out text
}
AWK
}

# encode TEXT: sets ENCODED. Plain values cost no process.
encode() {
  case $1 in
    *[!A-Za-z0-9._/:+@,-]*)
      ENCODED=$(printf '%s\n' "$1" | awk "$ENCODING"'
        BEGIN { encoding_ready() }
        NR > 1 { text = text "\n" }
        { text = text $0 }
        END { printf "%s", encode(substr(text, 1, 2000)) }')
      ;;
    *) ENCODED=$1 ;;
  esac
}

# record KIND KEY VALUE...: one record; empty values are left out.
record() {
  record_line=$1
  shift
  while [ $# -gt 1 ]; do
    if [ -n "$2" ]; then
      encode "$2"
      record_line="$record_line $1=$ENCODED"
    fi
    shift 2
  done
  say "$record_line"
}

say() {
  if [ "$SEQUENCE" -ge "$REPORT_RECORDS" ] || [ "$WRITTEN" -ge "$REPORT_BYTES" ]; then
    case $1 in end*) ;; *) return 0 ;; esac
  fi
  SEQUENCE=$((SEQUENCE + 1))
  say_line="@$NONCE $SEQUENCE $1 ;"
  WRITTEN=$((WRITTEN + ${#say_line} + 1))
  printf '%s\n' "$say_line" 2>/dev/null
}

# say_file FILE: records from lines of KIND<tab>KEY<tab>VALUE...; fails when they did not all fit.
say_file() {
  [ -s "$1" ] || return 0
  { printf '%s\n' "$NONCE"; tr -d '\000' <"$1"; } | awk "$ENCODING"'
    BEGIN { FS = "\t"; encoding_ready() }
    NR == 1 { nonce = $1; next }
    cut || records >= most || bytes >= room { cut = 1; next }
    {
      line = "@" nonce " " (sequence + records + 1) " " $1
      for (i = 2; i < NF; i += 2) if ($(i + 1) != "") line = line " " $i "=" encode($(i + 1))
      line = line " ;"
      print line
      records++
      bytes += length(line) + 1
    }
    END { print records + 0, bytes + 0, cut + 0 > count }
  ' sequence="$SEQUENCE" most=$((REPORT_RECORDS - SEQUENCE)) room=$((REPORT_BYTES - WRITTEN)) count="$S/said" - 2>/dev/null
  read -r said_records said_bytes said_cut <"$S/said" || return 1
  SEQUENCE=$((SEQUENCE + said_records))
  WRITTEN=$((WRITTEN + said_bytes))
  [ "$said_cut" = 0 ]
}

# log_file STEP FILE LINES: the last lines of what a tool printed.
log_file() {
  [ -s "$2" ] && [ "$LOG_BYTES" -gt 0 ] || return 0
  tail -n "$3" "$2" 2>/dev/null | tail -c 65536 | tr -d '\000' | tr '\t\r' '  ' | awk '
    left <= 0 { exit }
    { line = substr($0, 1, 2000); left -= length(line) + 1; if (line != "") print "log\tstep\t" step "\ttext\t" line }
    END { print (left > 0 ? left : 0) > rest }
  ' step="$1" left="$LOG_BYTES" rest="$S/log-left" - >"$S/log-records"
  read -r LOG_BYTES <"$S/log-left" || LOG_BYTES=0
  say_file "$S/log-records"
}

problem() { record problem code "$1" package "$2" text "$3"; }
repair() { record repair code "$1" package "$2" outcome "$3" text "$4"; }

# finish OUTCOME CODE TEXT: the last record, and out. All that is held is let go in leave.
finish() {
  trap '' HUP INT TERM XCPU
  FINISHING=yes
  settle
  record end outcome "$1" code "$2" text "$3" seconds $(($(now) - BEGAN))
  ENDED=yes
  case $1 in ok) exit 0 ;; failed) exit 1 ;; *) exit 3 ;; esac
}

refuse() { finish refused "$1" "$2"; }
fail() { finish failed "$1" "$2"; }

now() { date +%s; }
