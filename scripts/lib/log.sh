# shellcheck shell=bash
# Messages for people: what is being done, for how long, and where the log of a failure lies. All of it goes to stderr.

# Prints what is about to be done.
log_step() { printf '==> %s\n' "$*" >&2; }

# Prints a detail that belongs to the step before it.
log_info() { printf '    %s\n' "$*" >&2; }

# Ends the script: one line that says what went wrong (and names the log, if there is one).
die() {
  printf '%s: error: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

# log_run TITLE LOG COMMAND...: runs COMMAND with its output in LOG, says how long it takes, and ends the script if it fails.
log_run() {
  local title=$1 log=$2 begin=$SECONDS ticker status
  shift 2
  mkdir -p "${log%/*}"
  log_step "$title"
  (
    exec >/dev/null </dev/null
    # The sleep outlives this loop, and must not keep open what somebody reads to its end.
    while sleep 20 2>/dev/null && kill -0 "$$" 2>/dev/null; do printf '    still %s: %d s\n' "$title" $((SECONDS - begin)) >&2; done
  ) 9>&- 8>&- 7>&- &
  ticker=$!
  # Not `command || status=$?`: that would switch off `set -e` inside a shell function given as the command.
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1
  status=$?
  set -e
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  [[ $status == 0 ]] || die "$title failed (status $status): $(log_reason "$log"); log: $log"
  ((SECONDS - begin < 2)) || log_info "$title: done in $((SECONDS - begin)) s"
}

# log_reason LOG: the line of LOG that most likely says why; of a long one the cause, which stands last, too.
log_reason() {
  local line
  line=$(grep -iE 'error|fatal|cannot|fail|no such' "$1" 2>/dev/null | tail -n 1) || true
  [[ $line ]] || line=$(tail -n 1 "$1" 2>/dev/null) || true
  if ((${#line} > 300)); then line="${line:0:100} ... ${line: -190}"; fi
  printf '%s' "${line:-no output}"
}

# wait_until SECONDS WHAT LOG COMMAND...: asks COMMAND again and again until it succeeds; ends the script after SECONDS, and then adds
# what the command named by WAIT_EXPLAIN prints to LOG.
wait_until() {
  local seconds=$1 what=$2 log=$3 begin=$SECONDS told=$SECONDS
  shift 3
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS - begin >= seconds)); then
      [[ -z ${WAIT_EXPLAIN:-} ]] || "$WAIT_EXPLAIN" >>"$log" 2>&1 || true
      die "$what: not within $seconds s; log: $log"
    fi
    if ((SECONDS - told >= 15)); then
      told=$SECONDS
      log_info "waiting: $what ($((SECONDS - begin)) of at most $seconds s)"
    fi
    sleep 0.2
  done
}
