# shellcheck shell=bash
# From a step's start to its exit. Needs table.sh, time.sh and BENCH_*.

# The steps that need neither git nor network.
readonly STARTUP_LOCAL=' parse-junit categorize evaluate '

# startup_expect CODE COMMAND...: what is timed must do its work.
startup_expect() {
  local expected=$1 status=0
  shift
  "$@" >"$BENCH_WORK/startup.log" 2>&1 || status=$?
  [[ $status == "$expected" ]] || die "$1 ended with $status, not $expected: $(log_reason "$BENCH_WORK/startup.log")"
}

# startup_limit NAME: the limit of a row, if it has one: only starting has, for work takes as long as there is work.
startup_limit() {
  [[ $1 == *' --help' ]] || return 0
  if [[ $STARTUP_LOCAL == *" ${1%% *} "* ]]; then printf '2\n'; else printf '10\n'; fi
}

bench_startup() {
  local i step name median limit run=$BENCH_WORK/run true kubectl python='python3 -c pass' version='kubectl version --client'
  local -a steps=() categorize=("$BENCH_BIN/categorize" --rules "$ROOT/config/categories.yaml" --run-dir "$run") commands=()
  mapfile -t steps < <(cd "$BENCH_BIN" && printf '%s\n' *)
  "$BENCH_PROGRAMS/gate_records" "$run"
  startup_expect 0 "$BENCH_BIN/parse-junit" --run-dir "$run"
  startup_expect 0 "${categorize[@]}"
  startup_expect 1 "$BENCH_BIN/evaluate" --run-dir "$run"
  for step in "${steps[@]}"; do
    startup_expect 0 "$BENCH_BIN/$step" --help
    commands+=("$step --help" "$(quoted "$BENCH_BIN/$step" --help)")
  done
  commands+=("parse-junit, 120 tests" "$(quoted "$BENCH_BIN/parse-junit" --run-dir "$run")"
    "categorize, 10 failures" "$(quoted "${categorize[@]}")"
    "evaluate, 120 tests" "$(quoted "$BENCH_BIN/evaluate" --run-dir "$run")"
    /bin/true /bin/true "$python" '/usr/bin/python3 -c pass' "$version" "$(quoted "$BENCH_KUBERNETES/kubectl" version --client)")
  time_all "$(rounds 5)" 10 "${commands[@]}"
  true=$(time_of /bin/true median) kubectl=$(time_of "$version" median)
  table_row command 'median ms' 'p90 ms' 'x true' 'x kubectl' 'limit ms' ''
  for ((i = 0; i < ${#commands[@]}; i += 2)); do
    name=${commands[i]} median=$(time_of "${commands[i]}" median)
    limit=$(startup_limit "$name")
    table_row "$name" "$median" "$(time_of "$name" p90)" "$(quotient "$median" "$true")" "$(quotient "$median" "$kubectl")" \
      "$limit" "${limit:+$(within "$median" "$limit")}"
  done
  table_note "Page cache warm; $(($(rounds 5) * 10)) runs of each in turns of 10, by hyperfine without a shell."
}
