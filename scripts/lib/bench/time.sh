# shellcheck shell=bash
# Timing of programs with hyperfine (no shell in between) and of their memory with GNU time. Needs log.sh and BENCH_WORK.

# shellcheck disable=SC2034
readonly BENCH_DEPS='
/usr/bin/hyperfine:hyperfine
/usr/bin/time:time
/usr/bin/python3:python3
/usr/lib/python3/dist-packages/lxml:python3-lxml
'

# quoted WORD...: a command as hyperfine splits it.
quoted() { printf "'%s' " "$@"; }

# time_all ROUNDS RUNS [NAME COMMAND]...: runs all commands in turn, each RUNS times a round, so that what else the machine does
# hits all of them. With few runs what is timed must be warm already. TIME_BEFORE is a command that runs before each, not timed. Leaves TIMES: {NAME: {median, p90, cpu}} in milliseconds; cpu is the mean of user and system time.
time_all() {
  local rounds=$1 runs=$2 round
  local -a commands=()
  [[ ! ${TIME_BEFORE:-} ]] || commands+=(--prepare "$TIME_BEFORE")
  shift 2
  while (($#)); do
    commands+=(--command-name "$1" "$2")
    shift 2
  done
  for ((round = 0; round < rounds; ++round)); do
    hyperfine -N --style none --warmup $((runs >= 10)) --runs "$runs" --ignore-failure --export-json "$BENCH_WORK/round-$round.json" \
      "${commands[@]}" >"$BENCH_WORK/hyperfine.log" 2>&1 || die "hyperfine failed: $(log_reason "$BENCH_WORK/hyperfine.log")"
  done
  TIMES=$(jq -s '
    def at($part): sort | .[((length - 1) * $part) | round] * 1000;
    [.[].results[]] | group_by(.command) | map({(.[0].command): {
      median: (map(.times[]) | at(0.5)), p90: (map(.times[]) | at(0.9)), cpu: (map(.user + .system) | add / length * 1000)}}) | add' \
    "$BENCH_WORK"/round-*.json)
  rm "$BENCH_WORK"/round-*.json
}

# time_of NAME FIELD: of the last time_all, with two digits.
time_of() { jq -r --arg name "$1" --arg field "$2" '.[$name][$field] * 100 | round / 100' <<<"$TIMES"; }

# memory_of COMMAND...: the most resident memory in MiB.
memory_of() {
  /usr/bin/time -f %M -o "$BENCH_WORK/memory" "$@" >/dev/null 2>"$BENCH_WORK/memory.log" || die "$1 failed: $(log_reason "$BENCH_WORK/memory.log")"
  awk '{ printf "%.1f\n", $1 / 1024 }' "$BENCH_WORK/memory"
}

# rounds N: N, or 1 with --quick.
rounds() { if [[ $BENCH_QUICK ]]; then printf '1\n'; else printf '%s\n' "$1"; fi; }
